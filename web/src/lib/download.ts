/** Gives a text or file to the browser to be saved under `name`; of a path its last part. */
export function download(name: string, content: string | Blob): void {
  const blob = typeof content === "string" ? new Blob([content], { type: "text/plain" }) : content
  const url = URL.createObjectURL(blob)
  const link = document.createElement("a")
  link.href = url
  link.download = name.split("/").at(-1) ?? name
  link.click()
  URL.revokeObjectURL(url)
}
