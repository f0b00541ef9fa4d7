import { hasFaults, type TunnelConfig } from "@tundeck/shared"

/** Another way to the peer: a permission is none. */
export function isOtherTransport(a: TunnelConfig, b: TunnelConfig): boolean {
  // Both have passed the schema, which orders the fields.
  const way = ({ transport }: TunnelConfig) => JSON.stringify({ ...transport, allowPublicPeer: undefined })
  return way(a) !== way(b)
}

/** For the time line, without who did it: what a reader of later will look for, else one word. */
export function changeText(before: TunnelConfig, after: TunnelConfig): string {
  if (before.transport.kind !== after.transport.kind) {
    return `Transport changed from ${before.transport.kind} to ${after.transport.kind}`
  }
  const [was, is] = [hasFaults(before.faults), hasFaults(after.faults)]
  if (was !== is) return is ? "Faults turned on" : "Faults turned off"
  return "Changed"
}
