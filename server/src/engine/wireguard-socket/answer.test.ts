import { errno } from "@tundeck/native-bindings"
import { expect, it } from "vitest"
import { errnoAnswer, reportAnswer } from "./answer.ts"
import type { PeerReport } from "./configuration.ts"

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64")
const peer: PeerReport = {
  publicKey: key(0xab),
  presharedKey: key(0xcd),
  endpoint: "[fd00::1]:51820",
  keepaliveSeconds: 25,
  allowedIps: ["10.0.0.0/8", "::/0"],
  lastHandshakeAt: 1_700_000_000_250,
  receivedBytes: 2 ** 53 - 1,
  sentBytes: 7,
}

it("an error is the negative errno, success is 0", () => {
  expect(errnoAnswer(errno.EINVAL)).toBe("errno=-22\n\n")
  expect(errnoAnswer(0)).toBe("errno=0\n\n")
})

it("a whole device is told in the order of the protocol", () => {
  const report = { privateKey: key(0xd0), listenPort: 51_820, firewallMark: 0xca6c, peers: [peer] }
  expect(reportAnswer(report).split("\n")).toEqual([
    `private_key=${"d0".repeat(32)}`,
    "listen_port=51820",
    "fwmark=51820",
    `public_key=${"ab".repeat(32)}`,
    `preshared_key=${"cd".repeat(32)}`,
    "protocol_version=1",
    "endpoint=[fd00::1]:51820",
    "last_handshake_time_sec=1700000000",
    "last_handshake_time_nsec=250000000",
    "tx_bytes=7",
    "rx_bytes=9007199254740991",
    "persistent_keepalive_interval=25",
    "allowed_ip=10.0.0.0/8",
    "allowed_ip=::/0",
    "errno=0",
    "",
    "",
  ])
})

it("what a device or a peer has not is left out, or zero", () => {
  const bare = { ...peer, presharedKey: null, endpoint: null, lastHandshakeAt: null, allowedIps: [] }
  const text = reportAnswer({ privateKey: null, listenPort: 0, firewallMark: 0, peers: [bare] })
  expect(text).toMatch(/^public_key=/)
  expect(text).toContain(`preshared_key=${"00".repeat(32)}\n`)
  expect(text).toContain("last_handshake_time_sec=0\nlast_handshake_time_nsec=0\n")
  expect(text).not.toMatch(/endpoint|allowed_ip/)
})
