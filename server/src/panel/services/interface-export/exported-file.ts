export interface ExportedFile {
  name: string
  text: string
}
