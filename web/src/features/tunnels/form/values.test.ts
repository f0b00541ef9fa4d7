import { expect, test } from "vitest"
import { emptyValues, type FormWords, formErrors, interfaceBody, type TunnelFormValues, tunnelBody } from "./values.ts"

const words: FormWords = {
  port: "port",
  peer: "peer",
  listenAddress: "listenAddress",
  security: "security",
  publicPeer: "publicPeer",
  interface: "interface",
}
const values = (changes: Partial<TunnelFormValues> = {}): TunnelFormValues => ({
  ...emptyValues([{ name: "tun0" }]),
  name: "lab",
  peer: "192.168.1.7",
  security: "none",
  ...changes,
})
const wrong = (changes: Partial<TunnelFormValues>) => Object.keys(formErrors(values(changes), words))

test("a full form has no error", () => {
  expect(formErrors(values(), words)).toEqual({})
  expect(formErrors(values({ role: "listen" }), words)).toEqual({})
})

test.each<[string, Partial<TunnelFormValues>]>([
  ["name", { name: "Lab 1" }],
  ["interface", { interface: "" }],
  ["peer", { peer: "" }],
  ["peer", { peer: "10.1" }],
  ["peer", { role: "listen", peer: "peer.example.org" }],
  ["port", { port: "" }],
  ["port", { port: 65_536 }],
  ["listenAddress", { role: "listen", listenAddress: "eth0" }],
  ["security", { security: "" }],
  ["allowPublicPeer", { peer: "8.8.8.8" }],
  ["newInterface.name", { interfaceFrom: "new", newInterface: { name: "a/b", kind: "tun", address: "" } }],
  ["newInterface.address", { interfaceFrom: "new", newInterface: { name: "", kind: "tun", address: "10.0.0.1" } }],
])("the error stands beside %s: %j", (field, changes) => {
  expect(wrong(changes)).toContain(field)
})

test("a wrong port is told at the port, not at the peer", () => {
  expect(wrong({ port: 0 })).toEqual(["port"])
  expect(wrong({ port: 0, role: "listen" })).toEqual(["port"])
})

test("the body: a calling tunnel has connect alone, a waiting one listen and peer", () => {
  expect(tunnelBody(values({ peer: "fd00::7" }), "tun0").transport).toEqual({ kind: "tcp", connect: "[fd00::7]:55555" })
  expect(tunnelBody(values({ role: "listen" }), "tun0").transport).toEqual({
    kind: "tcp",
    listen: "0.0.0.0:55555",
    peer: "192.168.1.7",
  })
})

test("an interface without a name or address leaves both to the kernel and to later", () => {
  expect(interfaceBody(values())).toEqual({ kind: "tun", addresses: [] })
})
