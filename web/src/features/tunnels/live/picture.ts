/** What stands in a picture, from above: a line of words over each graph. */
export interface PicturePart {
  title: string
  canvas: HTMLCanvasElement
}

const titleHeight = 26
const margin = 12

/** All graphs under each other as one PNG, in the colours that they have on the page. */
export function drawPicture(heading: string, parts: readonly PicturePart[], page: HTMLElement): Promise<Blob | null> {
  const ratio = devicePixelRatio
  const style = getComputedStyle(page)
  const width = Math.max(...parts.map(({ canvas }) => canvas.width)) + 2 * margin * ratio
  const height = parts.reduce(
    (sum, { canvas }) => sum + canvas.height + titleHeight * ratio,
    (titleHeight + margin) * ratio,
  )
  const picture = document.createElement("canvas")
  Object.assign(picture, { width, height })
  const context = picture.getContext("2d")
  if (context === null) return Promise.resolve(null)
  context.fillStyle = style.getPropertyValue("--td-surface").trim()
  context.fillRect(0, 0, width, height)
  context.fillStyle = style.color
  context.textBaseline = "middle"
  let top = 0
  const write = (text: string, weight: number) => {
    context.font = `${weight} ${13 * ratio}px ${style.fontFamily}`
    context.fillText(text, margin * ratio, top + (titleHeight / 2) * ratio)
    top += titleHeight * ratio
  }
  write(heading, 400)
  for (const { title, canvas } of parts) {
    write(title, 600)
    context.drawImage(canvas, margin * ratio, top)
    top += canvas.height
  }
  return new Promise((resolve) => picture.toBlob(resolve, "image/png"))
}
