import type { Drift, InterfaceActual } from "@tundeck/shared"
import type { Step } from "../reconcile/step.ts"

/** What healing did, in plain words: "tun0: mtu was changed to 1400 from outside; put back to 1500". */
export function describeHealing(name: string, steps: readonly Step[], found: InterfaceActual | null): string {
  if (found === null) return `${name}: deleted from outside; created again`
  return `${name}: ${steps.flatMap((step) => describeStep(step, found) ?? []).join(", ")}`
}

function describeStep(step: Step, found: InterfaceActual): string | undefined {
  switch (step.do) {
    case "set-mtu":
      return `mtu was changed to ${found.mtu} from outside; put back to ${step.mtu}`
    case "set-mac":
      return `MAC address was changed to ${found.mac} from outside; put back to ${step.mac}`
    case "set-owner":
      return `owner was changed to ${found.ownerName ?? found.owner ?? "nobody"} from outside; put back to ${step.owner}`
    case "set-group":
      return `group was changed to ${found.groupName ?? found.group ?? "none"} from outside; put back to ${step.group}`
    case "set-persistent":
      return step.persistent
        ? "was made transient from outside; made persistent again"
        : "was made persistent from outside; made transient again"
    case "set-bridge":
      return found.bridge === null
        ? `was taken out of bridge ${step.bridge} from outside; put back`
        : `was moved to bridge ${found.bridge} from outside; put back into ${step.bridge}`
    case "set-up":
      return `was set ${step.up ? "down" : "up"} from outside; set ${step.up ? "up" : "down"} again`
    case "add-address":
      return `address ${step.address} was removed from outside; put back`
    case "add-route":
      return `route ${step.route.destination} was removed or changed from outside; put back`
    default:
      return undefined
  }
}

/** Drift that is only shown. */
export function describeDrift(name: string, drifts: readonly Drift[]): string {
  const parts = drifts.map(({ field, wanted, actual }) =>
    field === "exists" ? "deleted from outside" : `${field} is ${words(actual)} now, wanted is ${words(wanted)}`,
  )
  return `${name}: ${parts.join("; ")}`
}

function words(value: unknown): string {
  if (value === null || value === undefined) return "none"
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
