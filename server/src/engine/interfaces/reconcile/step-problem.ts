import type { SyscallError } from "@tundeck/native-bindings"
import { type InterfaceWanted, Problem, type ProblemCode } from "@tundeck/shared"
import { type Step, toIpCommand } from "./step.ts"

const noCapability =
  "Start the engine with CAP_NET_ADMIN (as root, in a container with `--cap-add NET_ADMIN`), or let an administrator run"

/** What a refused step means to the person who wished it: which field, why in the kernel's words, and what to do. */
export function stepProblem(wanted: InterfaceWanted, step: Step, error: SyscallError): Problem {
  const { name } = wanted
  if (error.code === "EPERM" && !isIpv6Off(step, error)) {
    return new Problem("capability-missing", `${noCapability}: ${toIpCommand(name, step)}`)
  }
  if (error.code === "ENODEV")
    return new Problem("interface-not-found", `${name} is gone: somebody deleted it just now.`)
  const { code, path, what } = fieldOf(wanted, step)
  const message = `${what}: ${reasonOf(step, error)}`
  return new Problem(code, message, path === undefined ? undefined : [{ path, message }])
}

interface Field {
  code: ProblemCode
  path?: string
  what: string
}

function fieldOf(wanted: InterfaceWanted, step: Step): Field {
  switch (step.do) {
    case "create":
      return { code: "setting-refused", path: "name", what: `${wanted.name} cannot be created` }
    case "rename":
      return { code: "setting-refused", path: "name", what: `${step.from} cannot be renamed to ${wanted.name}` }
    case "set-owner":
      return { code: "setting-refused", path: "owner", what: `The owner cannot be set to ${step.owner ?? "nobody"}` }
    case "set-group":
      return { code: "setting-refused", path: "group", what: `The group cannot be set to ${step.group ?? "none"}` }
    case "set-persistent":
      return { code: "setting-refused", path: "persistent", what: "Persistence cannot be changed" }
    case "set-mac":
      return { code: "setting-refused", path: "mac", what: `The MAC address cannot be set to ${step.mac}` }
    case "set-mtu":
      return { code: "setting-refused", path: "mtu", what: `The MTU cannot be set to ${step.mtu}` }
    case "set-bridge":
      return {
        code: "setting-refused",
        path: "bridge",
        what: `${wanted.name} cannot ${step.bridge === null ? "leave its bridge" : `join ${step.bridge}`}`,
      }
    case "set-up":
      return { code: "setting-refused", path: "up", what: `${wanted.name} cannot be set ${step.up ? "up" : "down"}` }
    case "add-address":
    case "delete-address":
      return {
        code: "address-refused",
        path: itemPath("addresses", wanted.addresses.indexOf(step.address)),
        what: `The address ${step.address} cannot be ${step.do === "add-address" ? "added" : "removed"}`,
      }
    case "add-route":
    case "delete-route":
      return {
        code: "route-refused",
        path: itemPath("routes", wanted.routes.indexOf(step.route)),
        what: `The route ${step.route.destination} cannot be ${step.do === "add-route" ? "added" : "removed"}`,
      }
  }
}

function itemPath(list: string, index: number): string {
  return index < 0 ? list : `${list}.${index}`
}

/** The kernel's own sentence where it gave one; where it only gave a number, what that number means here. */
function reasonOf(step: Step, error: SyscallError): string {
  const known = knownReason(step, error)
  if (known !== undefined) return known
  return error.detail === undefined ? `the kernel answers ${error.code}.` : `${error.detail}.`
}

function knownReason(step: Step, error: SyscallError): string | undefined {
  if (isIpv6Off(step, error)) return "IPv6 is switched off here: `sysctl -w net.ipv6.conf.all.disable_ipv6=0`."
  if ((step.do === "set-owner" || step.do === "set-group") && error.code === "EINVAL") {
    return "the kernel cannot take an owner or group away again. Delete the interface and create it anew."
  }
  if (step.do === "rename") {
    if (error.code === "EEXIST") return "an interface of that name exists."
    if (error.code === "EBUSY") return "it is up, and this kernel renames only what is down."
  }
  if (step.do === "set-mac" && error.code === "EADDRNOTAVAIL") return "no interface may have this address."
  if (step.do === "set-bridge" && error.code === "EBUSY") return "it belongs to another bridge or bond."
  if (step.do === "set-bridge" && error.code === "EOPNOTSUPP") return "that is no bridge."
  if (step.do !== "add-route") return undefined
  if (error.code === "EEXIST") {
    return "a route to this network with this metric exists already. Give another metric, or delete that one."
  }
  if (error.code === "ENETUNREACH" || error.code === "EHOSTUNREACH") {
    return "the gateway is in no network of this interface. Add an address whose network has the gateway in it."
  }
  return undefined
}

/** disable_ipv6 answers EACCES to addresses and EACCES or EPERM to routes. */
function isIpv6Off(step: Step, error: SyscallError): boolean {
  if (error.code !== "EACCES" && error.code !== "EPERM") return false
  if (step.do === "add-address") return error.code === "EACCES" && step.address.includes(":")
  return step.do === "add-route" && step.route.destination.includes(":") && error.code === "EACCES"
}
