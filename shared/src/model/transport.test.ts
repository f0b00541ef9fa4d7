import { describe, expect, it } from "vitest"
import { transport } from "./transport.ts"

/** The paths at which it is wrong; none when it is right. */
function wrong(value: object): string[] {
  return transport.safeParse(value).error?.issues.map(({ path }) => path.join(".")) ?? []
}

describe("a transport is taken", () => {
  it.each<[string, object]>([
    ["tcp that calls", { kind: "tcp", connect: "10.0.0.2:55555" }],
    ["tcp that listens", { kind: "tcp", listen: "[::]:55555", peer: "fd00::2" }],
    ["trains over tcp", { kind: "tcp", connect: "10.0.0.2:55555", framing: "trains" }],
    ["udp to a name", { kind: "udp", connect: "peer.example.org:55555" }],
    ["udp on any port", { kind: "udp" }],
    ["a responder", { kind: "responder" }],
    ["a responder for a network", { kind: "responder", answerFor: ["10.0.0.0/24"] }],
    ["udp that listens and calls", { kind: "udp", listen: "0.0.0.0:1", connect: "10.0.0.2:1" }],
    ["icmp with its number", { kind: "icmp", listen: "0.0.0.0:7" }],
    ["a name from an address of either kind", { kind: "udp", connect: "peer.lan:1", sourceAddress: "fd00::1" }],
    [
      "every option",
      {
        kind: "udp",
        connect: "10.0.0.2:55555",
        sourceAddress: "10.0.0.1",
        sourceInterface: "eth0",
        firewallMark: 0xffff_ffff,
        dscp: 46,
        clampMss: true,
        allowPublicPeer: false,
        fallback: true,
      },
    ],
  ])("%s", (_what, value) => expect(wrong(value)).toEqual([]))
})

describe("a transport is refused at its field", () => {
  it.each<[string, object, string]>([
    ["no kind", { connect: "10.0.0.2:1" }, "kind"],
    ["a kind that is none", { kind: "sctp", connect: "10.0.0.2:1" }, "kind"],
    ["a responder that listens", { kind: "responder", listen: "0.0.0.0:1" }, "listen"],
    ["a responder that marks", { kind: "responder", firewallMark: 1 }, "firewallMark"],
    ["a responder for nobody", { kind: "responder", answerFor: [] }, "answerFor"],
    ["answers of a peer's", { kind: "udp", connect: "10.0.0.2:1", answerFor: ["10.0.0.0/24"] }, "answerFor"],
    ["a fallback of tcp", { kind: "tcp", connect: "10.0.0.2:1", fallback: true }, "fallback"],
    ["listening on a name", { kind: "tcp", listen: "here.example.org:1" }, "listen"],
    ["a peer of one that calls", { kind: "icmp", connect: "10.0.0.2:1", peer: "10.0.0.2" }, "peer"],
    ["frames without a stream", { kind: "udp", connect: "10.0.0.2:1", framing: "simpletun" }, "framing"],
    ["a source of one that listens", { kind: "udp", listen: "0.0.0.0:1", sourceAddress: "10.0.0.1" }, "sourceAddress"],
    [
      "a source of the other version",
      { kind: "tcp", connect: "10.0.0.2:1", sourceAddress: "fd00::1" },
      "sourceAddress",
    ],
    ["a name where an address belongs", { kind: "tcp", connect: "10.0.0.2:1", sourceAddress: "eth0" }, "sourceAddress"],
    ["a long interface", { kind: "tcp", connect: "10.0.0.2:1", sourceInterface: "x".repeat(16) }, "sourceInterface"],
    ["mark 0, which is none", { kind: "tcp", connect: "10.0.0.2:1", firewallMark: 0 }, "firewallMark"],
    ["a mark of 33 bits", { kind: "tcp", connect: "10.0.0.2:1", firewallMark: 2 ** 32 }, "firewallMark"],
    ["a class of 7 bits", { kind: "tcp", connect: "10.0.0.2:1", dscp: 64 }, "dscp"],
  ])("%s", (_what, value, path) => expect(wrong(value)).toEqual([path]))
})
