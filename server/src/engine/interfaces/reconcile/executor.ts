import {
  type Link,
  type Rtnetlink,
  SyscallError,
  type TunAttachment,
  tunSetGroup,
  tunSetOwner,
  tunSetPersistent,
} from "@tundeck/native-bindings"
import { type InterfaceWanted, type Prefix, Problem, parsePrefix } from "@tundeck/shared"
import type { Accounts } from "../accounts.ts"
import type { Holders } from "../holders.ts"
import type { Held, Holdings } from "../holdings.ts"
import { attachProblem } from "./attach-problem.ts"
import type { Step } from "./step.ts"
import { stepProblem } from "./step-problem.ts"

export interface ExecutorParts {
  rtnetlink: Rtnetlink
  holdings: Holdings
  holders: Holders
  users: Accounts
  groups: Accounts
}

export interface Executor {
  /** Does one step of a wish. Throws Problem. */
  run(wanted: InterfaceWanted, step: Step): void
  /** Creates, transient and held; without a name the kernel picks one. Throws Problem. */
  create(attachment: TunAttachment, name?: string): string
  /** The fd on an existing interface: the one we have, or a new one, kept until `holdings` is told otherwise. Throws Problem. */
  attach(name: string, flags?: Pick<TunAttachment, "packetInfo" | "vnetHeader">): Held
  /** Deletes it, by rtnetlink or, as its owner without capability, by ending its persistence. Throws Problem. */
  delete(name: string): void
}

export function createExecutor({ rtnetlink, holdings, holders, users, groups }: ExecutorParts): Executor {
  function linkOf(name: string): Link {
    const link = rtnetlink.linkByName(name)
    if (link === undefined) throw new Problem("interface-not-found", `There is no interface ${name}.`)
    return link
  }

  function acquire(name: string, attachment: TunAttachment, link: Link | undefined): string {
    try {
      return holdings.acquire(name, attachment).name
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      const owner = link?.tun?.owner
      const ownerName = owner === undefined ? undefined : (users.nameOf(owner) ?? `uid ${owner}`)
      throw attachProblem({ name, kind: attachment.kind, link, ownerName, holders: () => holders.of(name) }, error)
    }
  }

  function attach(name: string, flags?: Pick<TunAttachment, "packetInfo" | "vnetHeader">): Held {
    const existing = holdings.get(name)
    if (existing !== undefined) return existing
    const link = linkOf(name)
    const { tun } = link
    if (tun === undefined) throw new Problem("interface-mismatch", `${name} is no tun or tap interface.`)
    const { packetInfo, vnetHeader } = flags ?? tun
    acquire(name, { kind: tun.kind, packetInfo, vnetHeader, multiQueue: tun.multiQueue }, link)
    // Had it been deleted meanwhile, TUNSETIFF would have made a new one, which nobody wished.
    const held = holdings.get(name)
    if (held === undefined || rtnetlink.linkByName(name)?.index !== link.index) {
      holdings.forget(name)
      throw new Problem("interface-not-found", `${name} was deleted just now.`)
    }
    return held
  }

  function create({ kind, packetInfo, vnetHeader, multiQueue }: TunAttachment, name = ""): string {
    return acquire(name, { kind, packetInfo, vnetHeader, multiQueue, exclusive: name !== "" }, undefined)
  }

  /** For settings that go through an fd: an interface that nobody holds is attached to for that moment. */
  function withFd(name: string, use: (fd: number) => void): void {
    const isOurs = holdings.get(name) !== undefined
    const { fd } = attach(name)
    try {
      use(fd)
    } finally {
      if (!isOurs) holdings.setKeep(name, false)
    }
  }

  function setPersistent(name: string, persistent: boolean): void {
    const { fd } = attach(name)
    tunSetPersistent(fd, persistent)
    holdings.setKeep(name, !persistent)
  }

  function act(wanted: InterfaceWanted, step: Step): void {
    const { name } = wanted
    const index = () => linkOf(name).index
    switch (step.do) {
      case "create":
        create(step, name)
        return
      case "rename":
        rename(step.from, name)
        return
      case "set-owner": {
        const uid = step.owner === null ? -1 : users.idOf(step.owner)
        return withFd(name, (fd) => tunSetOwner(fd, uid))
      }
      case "set-group": {
        const gid = step.group === null ? -1 : groups.idOf(step.group)
        return withFd(name, (fd) => tunSetGroup(fd, gid))
      }
      case "set-persistent":
        return setPersistent(name, step.persistent)
      case "set-mac":
        return rtnetlink.linkSet({ index: index(), mac: step.mac })
      case "set-mtu":
        return rtnetlink.linkSet({ index: index(), mtu: step.mtu })
      case "set-bridge":
        return rtnetlink.linkSet({ index: index(), master: step.bridge === null ? 0 : bridgeIndex(step.bridge) })
      case "set-up":
        return rtnetlink.linkSet({ index: index(), up: step.up })
      case "add-address":
        return unless("EEXIST", () => rtnetlink.addressAdd({ index: index(), ...addressOf(step.address) }))
      case "delete-address":
        return unless("EADDRNOTAVAIL", () => rtnetlink.addressDelete({ index: index(), ...addressOf(step.address) }))
      case "add-route":
        return rtnetlink.routeAdd({ interfaceIndex: index(), ...step.route })
      case "delete-route":
        return unless("ESRCH", () => rtnetlink.routeDelete({ interfaceIndex: index(), ...step.route }))
    }
  }

  function rename(from: string, name: string): void {
    const { index, up } = linkOf(from)
    try {
      rtnetlink.linkSet({ index, name })
    } catch (error) {
      // Before Linux 6.2 an interface that is up cannot be renamed. Reconciling sets it up again.
      if (!(error instanceof SyscallError) || error.code !== "EBUSY" || !up) throw error
      rtnetlink.linkSet({ index, up: false })
      rtnetlink.linkSet({ index, name })
    }
    holdings.rename(from, name)
  }

  function bridgeIndex(name: string): number {
    const bridge = rtnetlink.linkByName(name)
    if (bridge?.kind === "bridge") return bridge.index
    const detail =
      bridge === undefined
        ? `There is no bridge ${name}. Make one: \`ip link add ${name} type bridge\`, then \`ip link set ${name} up\`.`
        : `${name} is an interface, but no bridge. Name a bridge, or leave it out.`
    throw new Problem("bridge-not-found", detail, [{ path: "bridge", message: detail }])
  }

  function run(wanted: InterfaceWanted, step: Step): void {
    try {
      act(wanted, step)
    } catch (error) {
      throw error instanceof SyscallError ? stepProblem(wanted, step, error) : error
    }
  }

  return {
    run,
    attach,
    create,
    delete(name) {
      const { index } = linkOf(name)
      try {
        rtnetlink.linkDelete(index)
        holdings.forget(name)
      } catch (error) {
        if (!(error instanceof SyscallError) || error.code !== "EPERM") throw error
        // Without the capability an owner may still end the persistence: with its last fd the interface goes.
        const { fd } = attach(name)
        tunSetPersistent(fd, false)
        holdings.forget(name)
      }
    },
  }
}

function addressOf(text: string): { address: string; prefixLength: number } {
  const prefix: Prefix | undefined = parsePrefix(text)
  if (prefix === undefined) throw new Problem("address-refused", `${text} is no address with a prefix length.`)
  return { address: prefix.address, prefixLength: prefix.length }
}

/** It is so already: what the step wanted. */
function unless(code: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof SyscallError) || error.code !== code) throw error
  }
}
