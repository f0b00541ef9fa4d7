import { type FrameEnd, type FrameEnds, type FrameQuery, parsePrefix, prefixContains } from "@tundeck/shared"

interface MemoryInterface {
  name: string
  kind: "tun" | "tap"
  mac?: string | null | undefined
  addresses: string[]
}

/** Everybody in the interface's networks is a neighbour, and nobody else. */
export function memoryFrame(on: MemoryInterface, { direction, source, destination }: FrameQuery): FrameEnds {
  if (on.kind === "tun") return { kind: "tun", interface: on.name, source: null, destination: null }
  const here: FrameEnd = { mac: on.mac ?? "02:00:00:00:00:01", from: "interface", of: on.name }
  const there = (address: string): FrameEnd => {
    const prefixes = on.addresses.flatMap((text) => parsePrefix(text) ?? [])
    const isKnown = prefixes.some((prefix) => prefixContains(prefix, address))
    return isKnown
      ? { mac: "02:00:00:00:00:02", from: "neighbour", of: address }
      : { mac: null, from: "unknown", of: address }
  }
  const isOut = direction === "outbound"
  return {
    ...{ kind: "tap", interface: on.name },
    source: isOut ? here : there(source),
    destination: isOut ? there(destination) : here,
  }
}
