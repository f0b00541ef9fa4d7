import type { PacketSummary } from "@tundeck/shared"

/** Marks that tell of nothing wrong: a window that opens, a sign of life. */
const ordinary = new Set(["Keep-Alive", "Keep-Alive ACK", "Window Update", "ZeroWindowProbe"])

/** The info of a row, with the marks that stand in front of it taken off. */
export function markedInfo({ info, tcp }: PacketSummary): { marks: string; isTrouble: boolean; rest: string } {
  const marks = (tcp?.marks ?? []).map((mark) => `[TCP ${mark}] `).join("")
  if (marks === "" || !info.startsWith(marks)) return { marks: "", isTrouble: false, rest: info }
  const isTrouble = tcp?.marks.some((mark) => !ordinary.has(mark)) ?? false
  return { marks, isTrouble, rest: info.slice(marks.length) }
}
