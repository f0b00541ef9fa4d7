import type { InterfaceView } from "@tundeck/shared"

/** True when every word of the filter stands in the name, kind, an address, owner, group, bridge or a holder's command. */
export function matches(view: InterfaceView, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { actual } = view
  const texts = [
    view.name,
    view.kind,
    ...(actual?.addresses ?? view.addresses),
    view.owner,
    actual?.ownerName,
    view.group,
    actual?.groupName,
    actual?.bridge ?? view.bridge,
    ...view.holders.map(({ command }) => command),
  ].map((text) => String(text ?? "").toLowerCase())
  return words.every((word) => texts.some((text) => text.includes(word)))
}
