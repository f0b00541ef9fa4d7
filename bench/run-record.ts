// A run as `--json` keeps it.

import type { CipherFigures } from "../server/src/engine/relay/testing/cipher-run.ts"
import type { Rounds } from "./figures.ts"
import type { CapturedFigures } from "./parts/captured.ts"
import type { Decodings } from "./parts/decoding.ts"
import type { FilterFigures } from "./parts/filters.ts"
import type { FloodFigures } from "./parts/flood.ts"
import type { HandshakeFigures } from "./parts/handshakes.ts"
import type { IdleFigures } from "./parts/idle.ts"
import type { PageFigures } from "./parts/page.ts"
import type { ViewersFigures } from "./parts/viewers.ts"
import type { WatchedFigures } from "./parts/watched.ts"

export interface Run {
  machine: string
  date: string
  rounds: number
  seconds: number
  carriers: Rounds
  /** By transport. */
  idle: Record<string, (IdleFigures | null)[]>
  /** By mode. */
  watched: Record<string, (WatchedFigures | null)[]>
  /** By mode. */
  captured?: Record<string, CapturedFigures[]>
  /** By round. */
  ciphers?: CipherFigures[][]
  /** By round. */
  decodings?: Decodings[]
  /** By round. */
  filters?: FilterFigures[]
  /** By round. */
  handshakes?: HandshakeFigures[]
  flood?: FloodFigures[]
  /** By round. */
  viewers?: ViewersFigures[]
  /** By round. */
  page?: PageFigures[]
}
