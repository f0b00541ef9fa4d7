/** How packets can be looked at: row by row, or together. */
export const packetViews = ["packets", "conversations", "talkers", "protocols", "drops", "expert"] as const
export type PacketViewName = (typeof packetViews)[number]
export type AnalysisViewName = Exclude<PacketViewName, "packets">
