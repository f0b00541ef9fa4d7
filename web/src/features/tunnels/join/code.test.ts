import fc from "fast-check"
import { expect, test } from "vitest"
import { previewOf } from "./code.ts"

const key = (fill: number) => Buffer.alloc(32, fill).toString("base64")
const conf = `[Interface]
PrivateKey = ${key(1)}
Address = 10.77.0.2/24

[Peer]
PublicKey = ${key(2)}
AllowedIPs = 10.77.0.0/24
Endpoint = vpn.example.org:51820
`
const content = { version: 1, tunnel: "lab", interfaceKind: "tun", transport: { kind: "udp" }, expiresAt: 5, conf }
const codeOf = (value: object) => `tundeck-invite-${Buffer.from(JSON.stringify(value)).toString("base64url")}`

test("a code says where it leads, and nothing secret", () => {
  const preview = previewOf(codeOf(content))
  expect(preview).toEqual({
    tunnel: "lab",
    kind: "tun",
    transport: "udp",
    addresses: ["10.77.0.2/24"],
    endpoint: "vpn.example.org:51820",
    networks: ["10.77.0.0/24"],
    publicKey: key(2),
    expiresAt: 5,
  })
  expect(JSON.stringify(preview)).not.toContain(key(1))
})

test("a code is taken with the blanks and line ends that came into it on the way", () => {
  const code = codeOf(content)
  expect(previewOf(` ${code.slice(0, 40)}\n ${code.slice(40)}\n`)?.tunnel).toBe("lab")
})

test.each([
  ["nothing", ""],
  ["other text", "hello"],
  ["half a code", codeOf(content).slice(0, 80)],
  ["another transport", codeOf({ ...content, transport: { kind: "smoke" } })],
  ["a file that would run something", codeOf({ ...content, conf: `${conf}\n[Interface]\nPostUp = id` })],
  ["no peer", codeOf({ ...content, conf: "[Interface]\n" })],
])("%s is no code", (_what, text) => {
  expect(previewOf(text)).toBeUndefined()
})

test("whatever is pasted, nothing is thrown", () => {
  fc.assert(fc.property(fc.string(), (text) => previewOf(`tundeck-invite-${text}`) === undefined))
})
