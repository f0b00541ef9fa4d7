/** Wireshark's names of what stands out in a TCP segment, and the marks of TcpFlows that each finds. */
export const tcpAnalyses = {
  retransmission: ["Retransmission", "Fast Retransmission", "Spurious Retransmission"],
  fast_retransmission: ["Fast Retransmission"],
  spurious_retransmission: ["Spurious Retransmission"],
  out_of_order: ["Out-Of-Order"],
  lost_segment: ["Previous segment not captured"],
  ack_lost_segment: ["ACKed unseen segment"],
  duplicate_ack: ["Dup ACK"],
  zero_window: ["ZeroWindow"],
  zero_window_probe: ["ZeroWindowProbe"],
  window_update: ["Window Update"],
  keep_alive: ["Keep-Alive"],
  keep_alive_ack: ["Keep-Alive ACK"],
  reused_ports: ["Port numbers reused"],
} as const

export type TcpAnalysis = keyof typeof tcpAnalyses

export interface TcpAnalysisTest {
  kind: "tcp-analysis"
  /** Without it any of them. */
  name?: TcpAnalysis
}

/** Words that are a whole test: `tcp.analysis.retransmission`, also without `analysis`; `tcp.analysis.flags` is any of them. */
export function tcpAnalysisWords(): Record<string, TcpAnalysisTest> {
  const words: Record<string, TcpAnalysisTest> = { "tcp.analysis.flags": { kind: "tcp-analysis" } }
  for (const name of Object.keys(tcpAnalyses).filter(isTcpAnalysis)) {
    const test: TcpAnalysisTest = { kind: "tcp-analysis", name }
    words[`tcp.analysis.${name}`] = test
    words[`tcp.${name}`] = test
  }
  return words
}

function isTcpAnalysis(name: string): name is TcpAnalysis {
  return Object.hasOwn(tcpAnalyses, name)
}
