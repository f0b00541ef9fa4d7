import { inviteCreate } from "@tundeck/shared"
import { expect, test } from "vitest"
import { inviteBody, inviteField, newInvite } from "./values.ts"

const security = (...names: string[]) =>
  ({
    kind: "wireguard",
    publicKey: "",
    previousPublicKey: null,
    peers: names.map((name) => ({
      name,
      publicKey: "",
      hasPresharedKey: false,
      allowedIps: [],
      keepaliveSeconds: 0,
      enabled: true,
    })),
  }) as const
const proposed = (listen: string | undefined, pageHost: string | undefined, ...names: string[]) =>
  newInvite({
    form: "conf",
    tunnel: { transport: { kind: "udp", listen }, security: security(...names) } as Parameters<
      typeof newInvite
    >[0]["tunnel"],
    networks: "10.77.0.2/32",
    pageHost,
  })

test.each([
  ["192.0.2.1:51820", "10.0.0.1", "192.0.2.1:51820"],
  ["0.0.0.0:51820", "vpn.example.org", "vpn.example.org:51820"],
  ["[::]:51820", "fd00::1", "[fd00::1]:51820"],
  ["0.0.0.0:51820", undefined, ""],
  [undefined, "10.0.0.1", ""],
])("a tunnel that listens on %s, with the page from %s, is reached at %s", (listen, pageHost, endpoint) => {
  expect(proposed(listen, pageHost).endpoint).toBe(endpoint)
})

test("the name that is proposed is free", () => {
  expect(proposed(undefined, undefined).name).toBe("phone-1")
  expect(proposed(undefined, undefined, "phone-1", "phone-3").name).toBe("phone-2")
})

test("what is left empty is left to the panel", () => {
  const body = inviteBody({ ...proposed(undefined, undefined), name: " phone " })
  expect(body).toEqual({
    form: "conf",
    name: "phone",
    allowedIps: ["10.77.0.2/32"],
    expiresInSeconds: 86_400,
    withPresharedKey: true,
  })
  expect(inviteCreate.safeParse(body).success).toBe(true)
})

test("all that was filled in is sent", () => {
  const filled = { endpoint: "192.0.2.1:1", routes: "0.0.0.0/0, ::/0", dns: "10.77.0.1", withPresharedKey: false }
  const body = inviteBody({ ...proposed(undefined, undefined), ...filled })
  expect(inviteCreate.parse(body)).toMatchObject({
    endpoint: "192.0.2.1:1",
    routes: ["0.0.0.0/0", "::/0"],
    dns: ["10.77.0.1"],
    withPresharedKey: false,
  })
})

test("what is wrong with the addresses stands beside the networks", () => {
  expect(["allowedIps.0", "addresses", "endpoint", "routes.2", "dns"].map(inviteField)).toEqual([
    "allowed",
    "allowed",
    "endpoint",
    "routes",
    "dns",
  ])
})
