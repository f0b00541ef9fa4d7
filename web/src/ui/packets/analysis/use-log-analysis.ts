import type { Analysis, Surroundings } from "@tundeck/shared"
import { useEffect, useReducer, useState } from "react"
import type { PacketLog } from "../packet-log.ts"
import { LogAnalysis } from "./log-analysis.ts"

/** Rows at a time: some milliseconds, in which the page stands still. */
const atATime = 5000
/** A list that changes more often cannot be read. */
const restMs = 1000

/** What was found stays while other views are looked at. */
const analyses = new WeakMap<PacketLog, LogAnalysis>()

function analysisOf(log: PacketLog, surroundings: Surroundings): LogAnalysis {
  const ofLog = analyses.get(log) ?? new LogAnalysis(log, surroundings)
  analyses.set(log, ofLog)
  return ofLog
}

/** The analysis of a table's rows, which goes on while the component is shown; that renders again when there is more. */
export function useLogAnalysis(log: PacketLog, surroundings: Surroundings): Analysis {
  const changed = useReducer((count: number) => count + 1, 0)[1]
  const [ofLog] = useState(() => {
    const begun = analysisOf(log, surroundings)
    begun.take(atATime) // so that nothing is empty at first that has rows
    return begun
  })
  useEffect(() => {
    ofLog.surroundings = surroundings
  }, [ofLog, surroundings])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const step = () => {
      const isMore = ofLog.take(atATime)
      changed()
      timer = setTimeout(step, isMore ? 0 : restMs)
    }
    step()
    return () => clearTimeout(timer)
  }, [ofLog])
  return ofLog.analysis
}
