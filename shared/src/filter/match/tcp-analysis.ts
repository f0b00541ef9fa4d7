import { type TcpAnalysis, tcpAnalyses } from "../language/tcp-analysis.ts"
import type { Predicate } from "./row.ts"

/** Segments that bear one of the marks that `name` stands for; without a name, any mark. */
export function compileTcpAnalysis(name: TcpAnalysis | undefined): Predicate {
  if (name === undefined) return ({ tcp }) => tcp !== undefined && tcp.marks.length > 0
  const wanted = new Set<string>(tcpAnalyses[name])
  return ({ tcp }) => {
    if (tcp === undefined) return false
    for (const mark of tcp.marks) if (wanted.has(unnumbered(mark))) return true
    return false
  }
}

/** `Dup ACK #3` is a `Dup ACK`. */
function unnumbered(mark: string): string {
  const end = mark.indexOf(" #")
  return end < 0 ? mark : mark.slice(0, end)
}
