import { holds, type Span, u8, wireLength } from "../span.ts"

const alertLevels = new Map<number, string>([
  [1, "Warning"],
  [2, "Fatal"],
])
const alertNames = new Map<number, string>([
  [0, "Close Notify"],
  [10, "Unexpected Message"],
  [20, "Bad Record MAC"],
  [40, "Handshake Failure"],
  [42, "Bad Certificate"],
  [43, "Unsupported Certificate"],
  [44, "Certificate Revoked"],
  [45, "Certificate Expired"],
  [46, "Certificate Unknown"],
  [47, "Illegal Parameter"],
  [48, "Unknown CA"],
  [49, "Access Denied"],
  [50, "Decode Error"],
  [51, "Decrypt Error"],
  [70, "Protocol Version"],
  [71, "Insufficient Security"],
  [80, "Internal Error"],
  [86, "Inappropriate Fallback"],
  [90, "User Canceled"],
  [109, "Missing Extension"],
  [110, "Unsupported Extension"],
  [112, "Unrecognized Name"],
  [116, "Certificate Required"],
  [120, "No Application Protocol"],
])

/** RFC 8446 section 6. */
export function alertText(fragment: Span): string {
  if (wireLength(fragment) !== 2) return "Encrypted Alert"
  const level = alertLevels.get(u8(fragment, 0))
  if (level === undefined || !holds(fragment, 2)) return "Alert"
  const description = u8(fragment, 1)
  return `Alert (${level}, ${alertNames.get(description) ?? `description ${description}`})`
}
