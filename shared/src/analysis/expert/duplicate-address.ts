import { macAsText } from "../../filter/language/network.ts"
import { note, type Seen, unseen } from "../amount.ts"
import { LatestMap } from "../latest-map.ts"
import type { AnalysedRow } from "../row.ts"
import { type Finding, findingTitles, mostKept, times } from "./finding.ts"
import type { Rule } from "./rule.ts"
import { aboutFilter, toldBy, vlanOf } from "./told.ts"

/** An address that moves to another host and stays there is none of two; one that comes back this soon is. */
const returnsWithinMs = 60_000
/** Who asks whether an address is free waits no longer: RFC 5227 section 1.1 (PROBE_MAX, ANNOUNCE_WAIT), RFC 4862. */
const answeredWithinMs = 3000

interface Holder {
  mac: number
  time: number
}

interface Address {
  address: string
  filter: string
  holder: Holder | undefined
  former: Holder | undefined
  probe: Holder | undefined
  /** Between the last two that were found with it. */
  found: { how: "turns" | "probe"; one: number; other: number; count: number; seen: Seen } | undefined
}

/** IP addresses that two MAC addresses have. */
export class DuplicateAddress implements Rule {
  readonly #addresses = new LatestMap<string, Address>(mostKept)

  add(row: AnalysedRow): void {
    for (const told of toldBy(row.key)) {
      if (told.kind === "claim" && told.mac !== undefined) claim(this.#address(told.address, row), told.mac, row)
      else if (told.kind === "probe") probe(this.#address(told.target, row), told.mac, row)
    }
  }

  gap(): void {
    // Each claim is a fact for itself.
  }

  findings(): Finding[] {
    return this.#addresses.values().flatMap((address) => findingOf(address) ?? [])
  }

  #address(address: string, { key }: AnalysedRow): Address {
    const filter = () => aboutFilter(address, key)
    const unknown = { holder: undefined, former: undefined, probe: undefined, found: undefined }
    return this.#addresses.getOrMake(`${address} ${vlanOf(key)}`, () => ({ address, filter: filter(), ...unknown }))
  }
}

function claim(address: Address, mac: number, row: AnalysedRow): void {
  const { holder, former } = address
  contest(address, mac, row)
  if (holder !== undefined && holder.mac !== mac) {
    const isBack = former?.mac === mac && row.time - former.time <= returnsWithinMs
    if (isBack) find(address, "turns", holder.mac, mac, row)
    address.former = holder
  }
  address.holder = { mac, time: row.time }
}

function probe(address: Address, mac: number, row: AnalysedRow): void {
  contest(address, mac, row)
  address.probe = { mac, time: row.time }
}

/** Another one wanted the address just now. */
function contest(address: Address, mac: number, row: AnalysedRow): void {
  const wanted = address.probe
  if (wanted === undefined || wanted.mac === mac || row.time - wanted.time > answeredWithinMs) return
  find(address, "probe", mac, wanted.mac, row)
}

function find(address: Address, how: "turns" | "probe", one: number, other: number, row: AnalysedRow): void {
  const { count = 0, seen = unseen(row.time) } = address.found ?? {}
  note(seen, row)
  address.found = { how, one, other, count: count + 1, seen }
}

function findingOf({ address, found, filter }: Address): Finding | undefined {
  if (found === undefined) return undefined
  const { how, one, other, count, seen } = found
  const told = {
    turns: `${address} is claimed by ${macAsText(one)} and ${macAsText(other)} in turns: it came back ${times(count)}.`,
    probe: `${macAsText(other)} asked whether ${address} is free, and ${macAsText(one)} has it or wants it, too.`,
  }
  return {
    ...seen,
    kind: "duplicate-address",
    severity: "warning",
    title: findingTitles["duplicate-address"],
    what: told[how],
    advice:
      "Give one of them another address: the table of MAC addresses says behind which peer each is. Proxy ARP and pairs that stand in for each other do this on purpose.",
    count,
    filter,
  }
}
