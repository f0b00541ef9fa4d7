import {
  type DriftField,
  type Holder,
  type HostNetwork,
  type InterfaceActual,
  type InterfaceCreate,
  type InterfaceObservation,
  type InterfaceWanted,
  Problem,
} from "@tundeck/shared"

const noStatistics = {
  receivedPackets: 0,
  receivedBytes: 0,
  receiveDropped: 0,
  receiveErrors: 0,
  sentPackets: 0,
  sentBytes: 0,
  sendDropped: 0,
  sendErrors: 0,
}

/** A machine's tun and tap interfaces, without the machine. */
export class MemoryInterfaces {
  readonly #actual = new Map<string, InterfaceActual>()
  readonly #holders = new Map<string, Holder[]>()
  readonly #managed = new Set<string>()
  #lastIndex = 1

  list(): InterfaceObservation[] {
    return [...this.#actual.values()].map((actual) => ({ actual, holders: this.#holders.get(actual.name) ?? [] }))
  }

  /** Of their addresses. */
  networks(): HostNetwork[] {
    return [...this.#actual.values()].flatMap(({ name, addresses }) =>
      addresses.map((network) => ({ network, kind: "address" as const, interface: name })),
    )
  }

  read(name: string): InterfaceObservation | null {
    return this.list().find(({ actual }) => actual.name === name) ?? null
  }

  find(name: string): InterfaceActual | undefined {
    return this.#actual.get(name)
  }

  /** Made by somebody else, and perhaps held. */
  putOther(wish: InterfaceWanted, holders: Holder[] = []): void {
    this.#put(wish)
    this.#holders.set(wish.name, holders)
  }

  /** Changed by somebody else. */
  disturb(name: string, change: Partial<InterfaceActual>): void {
    this.#actual.set(name, { ...this.#existing(name), ...change })
  }

  create(wish: InterfaceCreate): InterfaceWanted {
    const name = wish.name ?? this.#freeName(wish.kind)
    if (this.#actual.has(name)) throw new Problem("interface-exists", `${name} exists already.`)
    const wanted = { ...wish, name }
    this.#put(wanted)
    this.#managed.add(name)
    return wanted
  }

  apply(wanted: InterfaceWanted, fields: DriftField[] | undefined, renameFrom: string | undefined): string[] {
    const steps: string[] = []
    if (renameFrom !== undefined) {
      if (this.#actual.has(wanted.name)) throw new Problem("interface-exists", `${wanted.name} exists already.`)
      this.#actual.set(wanted.name, { ...this.#existing(renameFrom), name: wanted.name })
      this.#remove(renameFrom)
      steps.push(`ip link set ${renameFrom} name ${wanted.name}`)
    }
    const before = this.#actual.get(wanted.name)
    if (before === undefined || fields === undefined) {
      this.#put(wanted)
      steps.push(before ? `ip link set ${wanted.name}` : `ip tuntap add ${wanted.name} mode ${wanted.kind}`)
    } else {
      const after = this.#asActual(wanted)
      const changed = fields.filter((field) => field !== "exists")
      this.disturb(wanted.name, Object.fromEntries(changed.map((field) => [field, after[field]])))
      steps.push(...changed.map((field) => `${wanted.name}: ${field}`))
    }
    this.#managed.add(wanted.name)
    return steps
  }

  manage(wanted: InterfaceWanted): void {
    this.#existing(wanted.name)
    this.#managed.add(wanted.name)
  }

  release(name: string): void {
    this.#existing(name)
    this.#managed.delete(name)
  }

  delete(name: string): void {
    this.#existing(name)
    const [holder] = this.#holders.get(name) ?? []
    if (holder) throw new Problem("interface-held", `${name} is held by ${holder.command} (pid ${holder.pid}).`)
    this.#remove(name)
  }

  #remove(name: string): void {
    this.#actual.delete(name)
    this.#holders.delete(name)
    this.#managed.delete(name)
  }

  #existing(name: string): InterfaceActual {
    const actual = this.#actual.get(name)
    if (actual === undefined) throw new Problem("interface-not-found", `There is no tun or tap named ${name}.`)
    return actual
  }

  #freeName(kind: string): string {
    let number = 0
    while (this.#actual.has(`${kind}${number}`)) number += 1
    return `${kind}${number}`
  }

  #put(wanted: InterfaceWanted): void {
    this.#actual.set(wanted.name, this.#asActual(wanted))
  }

  #asActual(wanted: InterfaceWanted): InterfaceActual {
    const before = this.#actual.get(wanted.name)
    const owner = accountOf(wanted.owner, "owner-not-found")
    const group = accountOf(wanted.group, "group-not-found")
    const connected = wanted.addresses.length > 0 && wanted.up ? [{ destination: "fe80::/64" }] : []
    return {
      index: before?.index ?? ++this.#lastIndex,
      name: wanted.name,
      kind: wanted.kind,
      persistent: wanted.persistent,
      owner: owner.id,
      ownerName: owner.name,
      group: group.id,
      groupName: group.name,
      packetInfo: wanted.packetInfo,
      vnetHeader: wanted.vnetHeader,
      multiQueue: wanted.multiQueue,
      mtu: wanted.mtu,
      mac: wanted.kind === "tap" ? (wanted.mac ?? "9a:00:00:00:00:01") : null,
      addresses: wanted.addresses,
      routes: wanted.up ? [...wanted.routes, ...connected] : [],
      bridge: wanted.bridge,
      up: wanted.up,
      carrier: before?.carrier ?? false,
      statistics: noStatistics,
    }
  }
}

/** Knows root and nobody; any other name is unknown, any number is known. */
function accountOf(account: string | number | null, problem: "owner-not-found" | "group-not-found") {
  const known = new Map([
    ["root", 0],
    ["nobody", 65_534],
  ])
  if (account === null) return { id: null, name: null }
  if (typeof account === "number") return { id: account, name: null }
  const id = known.get(account)
  if (id === undefined) throw new Problem(problem, `This machine has no account ${account}.`)
  return { id, name: account }
}
