import { type FaultSettings, isFaulty, type RouteBody, type routes, type TunnelFaults } from "@tundeck/shared"

type Faults = NonNullable<RouteBody<typeof routes.changeTunnel>["faults"]>

export const faultDirections = ["outbound", "inbound", "both"] as const

/** `tundeck tunnel faults`, as commander gives it. */
export interface FaultOptions {
  direction: (typeof faultDirections)[number]
  loss?: number
  delay?: number
  jitter?: number
  reorder?: number
  duplicate?: number
  corrupt?: number
  rate?: number | false
  off?: boolean
}

/** What they shall be: with `off` nothing but what is said beside it, else as before but for that. Undefined when nothing is said. */
export function faultsAfter(before: TunnelFaults | undefined, options: FaultOptions): Faults | undefined {
  const said = settingsOf(options)
  if (!options.off && Object.keys(said).length === 0) return undefined
  const faults: Faults = { ...before }
  for (const direction of options.direction === "both" ? (["outbound", "inbound"] as const) : [options.direction]) {
    const settings = { ...(options.off ? {} : before?.[direction]), ...said }
    if (Object.keys(settings).length === 0) delete faults[direction]
    else faults[direction] = settings
  }
  return faults
}

function settingsOf(options: FaultOptions): NonNullable<Faults["outbound"]> {
  const { loss, delay, jitter, reorder, duplicate, corrupt, rate } = options
  return {
    ...(loss !== undefined && { lossPercent: loss }),
    ...(delay !== undefined && { delayMs: delay }),
    ...(jitter !== undefined && { jitterMs: jitter }),
    ...(reorder !== undefined && { reorderPercent: reorder }),
    ...(duplicate !== undefined && { duplicatePercent: duplicate }),
    ...(corrupt !== undefined && { corruptPercent: corrupt }),
    ...(rate !== undefined && { rateKbps: rate === false ? null : rate }),
  }
}

/** One line for each direction that has any. */
export function faultTexts(faults: TunnelFaults | undefined): string[] {
  return (["outbound", "inbound"] as const).flatMap((direction) => {
    const settings = faults?.[direction]
    return settings !== undefined && isFaulty(settings) ? [`${direction}: ${settingsText(settings)}`] : []
  })
}

function settingsText(settings: FaultSettings): string {
  const { lossPercent, delayMs, jitterMs, reorderPercent, duplicatePercent, corruptPercent, rateKbps } = settings
  const parts: [string, number | null, string][] = [
    ["loss", lossPercent, "%"],
    ["delay", delayMs, "ms"],
    ["jitter", jitterMs, "ms"],
    ["reorder", reorderPercent, "%"],
    ["duplicate", duplicatePercent, "%"],
    ["corrupt", corruptPercent, "%"],
    ["rate", rateKbps, "kbit/s"],
  ]
  return parts.flatMap(([name, value, unit]) => (value ? [`${name} ${value} ${unit}`] : [])).join(", ")
}
