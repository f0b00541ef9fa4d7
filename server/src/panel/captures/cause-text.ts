import type { CaptureCause } from "@tundeck/shared"

/** `the first outbound drop as no-peer, the tunnel went down (peer-closed)` */
export function causesText(causes: readonly CaptureCause[]): string {
  return causes.map(causeText).join(", ")
}

function causeText(cause: CaptureCause): string {
  switch (cause.kind) {
    case "asked":
      return `asked by ${cause.by}`
    case "drop":
      return `the first ${cause.direction} drop as ${cause.reason}`
    case "down":
      return cause.reason === undefined ? "the tunnel went down" : `the tunnel went down (${cause.reason})`
  }
}
