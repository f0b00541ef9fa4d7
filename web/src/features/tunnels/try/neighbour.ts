import { addressBytes, addressText, type Prefix } from "@tundeck/shared"

/** The address beside it in its network: what is most often at the other end. undefined where the network has no other. */
export function neighbour({ address, length }: Pick<Prefix, "address" | "length">): string | undefined {
  const bytes = addressBytes(address)
  const bits = bytes.length * 8
  if (length >= bits) return undefined
  const last = bytes.at(-1) ?? 0
  // Of a network of two both are hosts (RFC 3021, RFC 6164); else 1 stands beside 2, and so on.
  const other = length === bits - 1 ? last ^ 1 : last % 2 === 1 ? last + 1 : last - 1
  const isHost = length === bits - 1 || (other > 0 && other < 255)
  return addressText(Uint8Array.of(...bytes.subarray(0, -1), isHost ? other : last - 1))
}
