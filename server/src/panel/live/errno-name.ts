import { getSystemErrorName } from "node:util"

/** "EINVAL" for 22; the number itself when this system has no name for it. */
export function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno)
  } catch {
    return String(errno)
  }
}
