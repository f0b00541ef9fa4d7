export type Strength =
  | { verdict: "tooShort"; missing: number }
  | { verdict: "tooLong" | "repeated" | "containsName" | "common" | "fair" | "strong" }

const shortest = 10
const longest = 256
/** Words in which the attempts of every list begin; longer passwords that are little more than one of them are as weak. */
const commonWords = [
  "password",
  "passwort",
  "tundeck",
  "administrator",
  "letmein",
  "welcome",
  "qwertyuiop",
  "1234567890",
  "0123456789",
]

/** A hint in words while a password is chosen. Length counts most; the panel asks for ten characters and no more. */
export function passwordStrength(password: string, username: string): Strength {
  const length = [...password].length
  if (length < shortest) return { verdict: "tooShort", missing: shortest - length }
  if (length > longest) return { verdict: "tooLong" }
  const lower = password.toLowerCase()
  if (commonWords.some((word) => lower.includes(word) && length - word.length <= 5)) return { verdict: "common" }
  if (username.length >= 3 && lower.includes(username.toLowerCase())) return { verdict: "containsName" }
  if (new Set(lower).size < 6) return { verdict: "repeated" }
  return { verdict: length >= 15 ? "strong" : "fair" }
}
