/** Numbers and times as people say them. Decimal units, as networks count: 1 kB is 1,000 bytes. */

const whole = new Intl.NumberFormat("en")
export function formatCount(value: number): string {
  return whole.format(Math.round(value))
}

function scaled(value: number, units: readonly string[]): string {
  let step = 0
  let rest = value
  while (Math.abs(rest) >= 999.5 && step < units.length - 1) {
    rest /= 1000
    step++
  }
  const digits = step === 0 || Math.abs(rest) >= 99.95 ? 0 : Math.abs(rest) >= 9.995 ? 1 : 2
  return `${rest.toFixed(digits)} ${units[step]}`
}

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"] as const
export function formatBytes(bytes: number): string {
  return scaled(bytes, byteUnits)
}

const bitRateUnits = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] as const
/** Bytes in a second to bits per second, the unit in which links are sold and measured. */
export function formatBitRate(bytesPerSecond: number): string {
  return scaled(bytesPerSecond * 8, bitRateUnits)
}

const packetRateUnits = ["packets/s", "k packets/s", "M packets/s"] as const
export function formatPacketRate(packetsPerSecond: number): string {
  return scaled(packetsPerSecond, packetRateUnits)
}

export function formatMilliseconds(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`
}

const second = 1000
const spans = [
  { unit: "day", ms: 86_400 * second },
  { unit: "hour", ms: 3_600 * second },
  { unit: "minute", ms: 60 * second },
  { unit: "second", ms: second },
] as const
const ago = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" })

/** "12 sec. ago", "3 min. ago", "in 2 days"; "now" within a second. */
export function formatRelative(time: number, now: number): string {
  const distance = time - now
  for (const { unit, ms } of spans) {
    if (Math.abs(distance) >= ms) return ago.format(Math.trunc(distance / ms), unit).replaceAll(".", "")
  }
  return "now"
}

/** "4 s", "3 min 12 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / second))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

const pad = (value: number, width: number) => String(value).padStart(width, "0")

/** "2026-11-23 09:41:07" in the viewer's own time zone. */
export function formatDateTime(time: number): string {
  const date = new Date(time)
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`
  return `${day} ${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`
}

/** "09:41:07.120" in the viewer's own time zone. */
export function formatClock(time: number): string {
  const date = new Date(time)
  const seconds = `${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${seconds}`
}
