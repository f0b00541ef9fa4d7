import type { NewHostEvent } from "@tundeck/shared"

const levels = ["silent", "error", "verbose"] as const
export type LogLevel = (typeof levels)[number]

/** `LOG_LEVEL`, in the words of other implementations; anything else is `error`. */
export function logLevelOf(text: string | undefined): LogLevel {
  const wanted = text?.toLowerCase() === "debug" ? "verbose" : text?.toLowerCase()
  return levels.find((level) => level === wanted) ?? "error"
}

/** One line for each event, as far as they are asked for. */
export function createLog(name: string, level: LogLevel, print = console.error): (event: NewHostEvent) => void {
  return ({ severity, text }) => {
    if (level === "silent" || (level === "error" && severity === "info")) return
    print(`${severity.toUpperCase()}: (${name}) ${new Date().toISOString()} ${text}`)
  }
}
