// Cc and Cf hold terminal escapes, bidi marks and zero-width characters; Zl and Zp break lines; Cs is half a character.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const unsafeAll = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const plain = /^[ -~→…]*$/

const controlPictures = 0x2400
const deletePicture = "\u2421"
const replacement = "\ufffd"

/** Text that a page and a terminal can show as it is: nothing invisible, nothing that turns or breaks a line, at most `limit` characters. */
export function printable(text: string, limit = 200): string {
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text
  if (plain.test(short) || !unsafe.test(short)) return short
  return short.replace(unsafeAll, visible)
}

function visible(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(controlPictures + code)
  return code === 0x7f ? deletePicture : replacement
}
