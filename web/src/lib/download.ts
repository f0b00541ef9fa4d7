/** Gives a text to the browser to be saved under `name`; of a path its last part. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }))
  const link = document.createElement("a")
  link.href = url
  link.download = name.split("/").at(-1) ?? name
  link.click()
  URL.revokeObjectURL(url)
}
