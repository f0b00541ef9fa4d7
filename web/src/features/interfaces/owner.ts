import type { InterfaceView } from "@tundeck/shared"

/** "alice", "alice : netdev", ": netdev"; undefined when only programs with CAP_NET_ADMIN may attach. */
export function ownerText({ actual, owner, group }: InterfaceView): string | undefined {
  const user = actual ? (actual.ownerName ?? actual.owner) : owner
  const members = actual ? (actual.groupName ?? actual.group) : group
  if (user === null && members === null) return undefined
  return members === null ? String(user) : `${user ?? ""} : ${members}`.trim()
}
