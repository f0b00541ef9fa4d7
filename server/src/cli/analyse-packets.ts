import { Analysis } from "@tundeck/shared"
import { analysisTables, findingLines } from "./analysis-tables.ts"
import type { Context } from "./context.ts"
import { printJson, printLine, printTable } from "./output.ts"
import { type FollowedPackets, followPackets, type PacketsReply } from "./packet-stream.ts"
import { followSurroundings } from "./surroundings.ts"

export const analysisViews = ["conversations", "talkers", "protocols", "drops", "expert"] as const
export type AnalysisView = (typeof analysisViews)[number]

interface AnalysedPackets extends FollowedPackets {
  count: number | undefined
}

/** Watches a tunnel until the signal aborts or so many packets passed, and prints what these are together. */
export async function analysePackets(
  context: Context,
  { count = Number.POSITIVE_INFINITY, ...followed }: AnalysedPackets,
  view: AnalysisView,
  signal: AbortSignal,
): Promise<void> {
  const { server, json } = context
  const ended = new AbortController()
  const surroundings = await followSurroundings(context, followed.tunnel, AbortSignal.any([signal, ended.signal]))
  const analysis = new Analysis(surroundings)
  let left = count
  const take = (reply: PacketsReply) => {
    if (reply.type === "gap") analysis.gap(reply.dropped)
    else for (const row of reply.items) if (left-- > 0) analysis.add(row)
    return left > 0 ? "more" : "enough"
  }
  await followPackets(server, followed, take, signal).finally(() => ended.abort())
  if (json) printJson({ total: analysis.total, [view]: view === "expert" ? analysis.findings() : analysis[view]() })
  else print(analysis, view, followed.tunnel)
}

function print(analysis: Analysis, view: AnalysisView, tunnel: string): void {
  const { packets, missed } = analysis.total
  const unseen = missed === 0 ? "" : `, and ${missed.toLocaleString("en")} that were not seen`
  printLine(`${packets.toLocaleString("en")} packets${unseen}`)
  if (view !== "expert") {
    const { head, rows, nothing } = analysisTables[view](analysis)
    return printTable(head, rows, nothing)
  }
  const findings = analysis.findings()
  if (findings.length === 0) printLine("Nothing looks wrong.")
  for (const finding of findings) for (const line of findingLines(finding, tunnel)) printLine(line)
}
