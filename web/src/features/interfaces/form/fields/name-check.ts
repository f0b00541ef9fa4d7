import { type InterfaceKind, interfaceName } from "@tundeck/shared"

export type NameCheck =
  | { state: "kernel-picks"; likely: string }
  | { state: "refused"; message: string }
  | { state: "taken"; managed: boolean }
  | { state: "free" }

/** What becomes of a name while it is typed. `own` is the interface's present name when it is edited. */
export function checkName(
  name: string,
  kind: InterfaceKind,
  existing: readonly { name: string; managed: boolean }[],
  own?: string,
): NameCheck {
  if (name === "" && own === undefined) return { state: "kernel-picks", likely: likelyName(kind, existing) }
  const parsed = interfaceName.safeParse(name)
  if (!parsed.success) return { state: "refused", message: parsed.error.issues[0]?.message ?? "" }
  const other = name === own ? undefined : existing.find((each) => each.name === name)
  return other ? { state: "taken", managed: other.managed } : { state: "free" }
}

/** The kernel takes the lowest number that is free: tun0, tun1, … */
export function likelyName(kind: InterfaceKind, existing: readonly { name: string }[]): string {
  const names = new Set(existing.map(({ name }) => name))
  let number = 0
  while (names.has(`${kind}${number}`)) number++
  return `${kind}${number}`
}
