import type { Analysis } from "@tundeck/shared"

export interface AnalysedProps {
  analysis: Analysis
  /** Shows what a filter finds, among the packets. */
  onShow: (filter: string) => void
}
