import { InvalidArgumentError } from "commander"

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90s`, `30m`, `12h`, `7d`, in seconds; undefined for anything else. */
function durationOf(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? []
  const seconds = unitSeconds[unit]
  return seconds === undefined ? undefined : Number(count) * seconds
}

/** An option's value that is so many seconds. */
export function duration(text: string): number {
  const seconds = durationOf(text)
  if (seconds === undefined) throw new InvalidArgumentError("Write a time such as 30m, 12h or 7d.")
  return seconds
}

/** An option's value that is a moment, as Unix ms: a time from now on, or a date. */
export function moment(text: string): number {
  const seconds = durationOf(text)
  if (seconds !== undefined) return Date.now() + seconds * 1000
  const date = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) throw new InvalidArgumentError("Write 30m, 12h, 7d, or a date such as 2027-01-31.")
  return date
}
