import { create } from "zustand"

//  closed ──connect──▶ connecting ──open──▶ open ──lost──▶ lost ──open──▶ open
//    ▲──────────────────── close, from anywhere ────────────────┘
export type LiveState = "closed" | "connecting" | "open" | "lost"

interface LiveConnection {
  state: LiveState
  /** Unix ms: when the connection was lost, and when the next try begins; null unless lost. */
  lostAt: number | null
  nextTryAt: number | null
}

export const useLiveConnection = create<LiveConnection>(() => ({ state: "closed", lostAt: null, nextTryAt: null }))
