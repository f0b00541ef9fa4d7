export interface ProsePart {
  text: string
  isCode: boolean
}

/** A sentence with `commands` in backticks, as the panel writes them, in parts. A lone backtick is text. */
export function proseParts(sentence: string): ProsePart[] {
  const pieces = sentence.split("`")
  if (pieces.length % 2 === 0) pieces.splice(-2, 2, pieces.slice(-2).join("`"))
  return pieces.map((text, at) => ({ text, isCode: at % 2 === 1 })).filter(({ text }) => text !== "")
}
