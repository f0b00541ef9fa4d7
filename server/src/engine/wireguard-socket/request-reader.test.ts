import { errno } from "@tundeck/native-bindings"
import fc from "fast-check"
import { expect, it } from "vitest"
import { anyText } from "../../../../shared/src/testing/any-text.ts"
import type { SetRequest } from "./configuration.ts"
import { type Request, RequestReader } from "./request-reader.ts"

const hex = (byte: string) => byte.repeat(32)
const base64 = (byte: string) => Buffer.from(hex(byte), "hex").toString("base64")

function read(text: string): Request[] {
  const reader = new RequestReader()
  return text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => reader.take(line) ?? [])
}

function setOf(...lines: string[]): SetRequest {
  const [request] = read(`set=1\n${lines.join("\n")}\n\n`)
  if (request?.kind !== "set") throw new Error(JSON.stringify(request))
  return request.set
}

function errnoOf(...lines: string[]): number {
  const [request] = read(`set=1\n${lines.join("\n")}\n\n`)
  return request?.kind === "refused" ? request.errno : 0
}

it("get and set follow each other on one connection", () => {
  expect(read("get=1\n\nset=1\n\nget=1\n\n").map(({ kind }) => kind)).toEqual(["get", "set", "get"])
})

it("every field of a device and of its peers is understood", () => {
  const request = setOf(
    `private_key=${hex("d1")}`,
    "listen_port=51820",
    "fwmark=4294967295",
    "replace_peers=true",
    `public_key=${hex("ab")}`,
    "protocol_version=1",
    `preshared_key=${hex("CD")}`,
    "endpoint=[2001:DB8::1]:443",
    "persistent_keepalive_interval=65535",
    "allowed_ip=10.9.9.0/24",
    "replace_allowed_ips=true",
    "allowed_ip=10.0.0.7/24",
    "allowed_ip=-fd00::/8",
    "allowed_ip=0.0.0.0/0",
    `public_key=${hex("ef")}`,
    "update_only=true",
    `public_key=${hex("01")}`,
    "remove=true",
  )
  const flags = { remove: false, updateOnly: false, replaceAllowedIps: false, allowedIps: [] }
  expect(request).toEqual({
    privateKey: Buffer.from(`d0${"d1".repeat(30)}51`, "hex").toString("base64"), // clamped
    listenPort: 51_820,
    firewallMark: 0xffff_ffff,
    replacePeers: true,
    peers: [
      {
        ...flags,
        publicKey: base64("ab"),
        presharedKey: base64("cd"),
        endpoint: "[2001:db8::1]:443",
        keepaliveSeconds: 65_535,
        replaceAllowedIps: true,
        allowedIps: [
          { network: "10.0.0.0/24", remove: false },
          { network: "fd00::/8", remove: true },
          { network: "0.0.0.0/0", remove: false },
        ],
      },
      { ...flags, publicKey: base64("ef"), updateOnly: true },
      { ...flags, publicKey: base64("01"), remove: true },
    ],
  })
})

it("zeros are no private key and no preshared key", () => {
  const request = setOf(`private_key=${hex("00")}`, `public_key=${hex("ab")}`, `preshared_key=${hex("00")}`)
  expect(request.privateKey).toBeNull()
  expect(request.peers[0]?.presharedKey).toBeNull()
})

it.each([
  ["private_key=00"],
  [`private_key=${"g".repeat(64)}`],
  ["private_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
  ["listen_port=65536"],
  ["listen_port=-1"],
  ["listen_port="],
  ["listen_port=0x10"],
  ["fwmark=4294967296"],
  ["replace_peers=false"],
  ["errno=0"],
  ["toString=true"],
  ["allowed_ip=10.0.0.0/8"],
  [`public_key=${hex("00")}`],
  ["public_key="],
])("a device's line %s is EINVAL", (line) => {
  expect(errnoOf(line)).toBe(errno.EINVAL)
})

it.each([
  ["preshared_key=1"],
  ["endpoint=10.0.0.1"],
  ["endpoint=10.0.0.1:0"],
  ["endpoint=peer.example.org:51820"],
  ["endpoint=[fe80::1%eth0]:51820"],
  ["persistent_keepalive_interval=65536"],
  ["persistent_keepalive_interval=off"],
  ["replace_allowed_ips=1"],
  ["allowed_ip=10.0.0.1"],
  ["allowed_ip=10.0.0.0/33"],
  ["allowed_ip=--10.0.0.0/8"],
  ["allowed_ip="],
  ["remove=yes"],
  ["update_only="],
  ["listen_port=1"],
  ["last_handshake_time_sec=1"],
  ["constructor=true"],
])("a peer's line %s is EINVAL", (line) => {
  expect(errnoOf(`public_key=${hex("ab")}`, line)).toBe(errno.EINVAL)
})

it("another protocol version is EPROTONOSUPPORT, a line without a value EPROTO, a field of get EINVAL", () => {
  expect(errnoOf(`public_key=${hex("ab")}`, "protocol_version=2")).toBe(errno.EPROTONOSUPPORT)
  expect(errnoOf("listen_port")).toBe(errno.EPROTO)
  expect(errnoOf("=1")).toBe(errno.EPROTO)
  expect(read("get=1\nlisten_port=1\n\n")).toEqual([{ kind: "refused", errno: errno.EINVAL }])
})

it("what is no operation is EPROTO", () => {
  for (const text of ["get=2\n\n", "set=0\n\n", "hello\nworld\n\n", "\n", "get=1 \n\n"]) {
    expect(read(text)).toEqual([{ kind: "refused", errno: errno.EPROTO }])
  }
})

it("the first fault counts, the rest of the request is read, and the next one is answered", () => {
  const text = "set=1\nlisten_port=x\nnonsense\nfwmark=1\n\nget=1\n\n"
  expect(read(text)).toEqual([{ kind: "refused", errno: errno.EINVAL }, { kind: "get" }])
})

it("more peers or networks than a device can have are E2BIG", () => {
  const peer = (i: number) => `public_key=${i.toString(16).padStart(64, "1")}`
  const peers = (count: number) => Array.from({ length: count }, (_, i) => peer(i))
  expect(errnoOf(...peers(2000))).toBe(0)
  expect(errnoOf(...peers(2001))).toBe(errno.E2BIG)
  const reader = new RequestReader()
  for (const line of ["set=1", peer(1)]) reader.take(line)
  for (let i = 0; i <= 256_000; i++) reader.take("allowed_ip=10.0.0.0/8")
  expect(reader.take("")).toEqual({ kind: "refused", errno: errno.E2BIG })
})

it("random lines are answered, never thrown, and leave the reader ready", () => {
  const keys = ["private_key", "listen_port", "public_key", "allowed_ip", "endpoint", "remove", "__proto__", ""]
  const value = fc.oneof(anyText(), fc.constantFrom("true", hex("ab"), "10.0.0.0/8", "1", "[::1]:1"))
  const line = fc.oneof(
    fc.constantFrom("get=1", "set=1", ""),
    fc.tuple(fc.constantFrom(...keys), value).map(([key, text]) => `${key}=${text}`),
    anyText(),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const reader = new RequestReader()
      for (const one of lines) reader.take(one)
      reader.take("")
      expect(reader.isComing).toBe(false)
      expect([reader.take("get=1"), reader.take("")]).toEqual([undefined, { kind: "get" }])
    }),
    { numRuns: 300 },
  )
})
