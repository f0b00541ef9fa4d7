import type { Link, SyscallError } from "@tundeck/native-bindings"
import { type Holder, type InterfaceKind, Problem } from "@tundeck/shared"
import { heldBy } from "../holders.ts"

export interface AttachAttempt {
  name: string
  kind: InterfaceKind
  /** What stood under the name; undefined when it was to be created. */
  link: Link | undefined
  ownerName: string | undefined
  holders: () => Holder[]
}

/** What a refused TUNSETIFF means: who holds the interface, which flag differs, what is missing. */
export function attachProblem({ name, kind, link, ownerName, holders }: AttachAttempt, error: SyscallError): Problem {
  switch (error.code) {
    case "EBUSY":
      return new Problem("interface-held", `${heldBy(name, holders())} End it first, or choose another interface.`)
    case "EPERM":
    case "EACCES":
      return new Problem("capability-missing", link === undefined ? mayNotCreate(name) : mayNotAttach(name, ownerName))
    case "EINVAL":
      return mismatchProblem(name, kind, link)
    default:
      return new Problem(
        "setting-refused",
        `${name || `A ${kind}`} cannot be opened: the kernel answers ${error.code}.`,
      )
  }
}

export function mismatchProblem(name: string, kind: InterfaceKind, link: Link | undefined): Problem {
  const tun = link?.tun
  if (link !== undefined && tun === undefined) {
    return new Problem(
      "interface-mismatch",
      `${name} exists, but it is no tun or tap interface (${link.kind ?? "device"}).`,
    )
  }
  if (tun !== undefined && tun.kind !== kind) {
    return new Problem("interface-mismatch", `${name} is a ${tun.kind}, not a ${kind}.`)
  }
  return new Problem(
    "interface-mismatch",
    `${name} was created with other flags${tun?.multiQueue ? " (with multi-queue)" : ""}: read them with \`ip -d link show ${name}\`.`,
  )
}

function mayNotCreate(name: string): string {
  const command = `ip tuntap add dev ${name || "tun0"} mode tun user $USER`
  return (
    "Creating an interface needs CAP_NET_ADMIN. Start Tundeck as root (it drops all else), give a container `--cap-add NET_ADMIN`, " +
    `or let an administrator run \`${command}\` and adopt the interface.`
  )
}

function mayNotAttach(name: string, ownerName: string | undefined): string {
  const owner = ownerName === undefined ? "Another user or group owns it" : `It belongs to ${ownerName}`
  return (
    `The engine may not attach to ${name}. ${owner}, and the engine lacks CAP_NET_ADMIN: ` +
    "start Tundeck as that user or as root, or create the interface with this user as its owner."
  )
}
