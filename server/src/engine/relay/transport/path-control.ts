import { getCongestionControl, setCongestionControl, type TcpInfo, tcpInfo } from "@tundeck/native-bindings"

/** Below this a path is one within a house. */
const shortRoundTripMicroseconds = 1_000
const onShortPaths = "cubic"
/** Of the segments sent: what a queue that overflows now and then costs is far below. */
const lossyPercent = 1
/** Fewer tell nothing. */
const fewestSegments = 500

type Sent = Pick<TcpInfo, "segmentsSent" | "totalRetransmits">

/**
 * The congestion control of one connection. What a host may have chosen for long paths, BBR, paces what it sends by timers,
 * one for each burst. On a path within a house they cost more than they bring: a third of the throughput
 * (docs/performance.md). Unless packets get lost there: then the others take each loss for a full queue, and carry a tenth.
 * The inner connections do their own congestion control in any case.
 */
export class PathControl {
  readonly #fd: number
  /** The host's choice, while another takes its place. */
  #hosts: string | undefined
  #seen: Sent = { segmentsSent: 0, totalRetransmits: 0 }

  /** Of a connection that has just been made. */
  constructor(fd: number) {
    this.#fd = fd
    try {
      const chosen = getCongestionControl(fd)
      if (chosen === onShortPaths || tcpInfo(fd).roundTripMicroseconds >= shortRoundTripMicroseconds) return
      setCongestionControl(fd, onShortPaths)
      this.#hosts = chosen
    } catch {
      // A kernel without it, or a connection that has ended: it stays as it is.
    }
  }

  /** What the kernel says of the connection, every few seconds. */
  look(now: Sent): void {
    if (this.#hosts === undefined) return
    const segments = now.segmentsSent - this.#seen.segmentsSent
    if (segments < fewestSegments) return
    const lossy = (now.totalRetransmits - this.#seen.totalRetransmits) * 100 > segments * lossyPercent
    this.#seen = now
    if (!lossy) return
    try {
      setCongestionControl(this.#fd, this.#hosts)
    } catch {
      // Not for everybody (EPERM), or the connection has ended.
    }
    this.#hosts = undefined
  }
}
