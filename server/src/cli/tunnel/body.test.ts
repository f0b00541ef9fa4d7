import { defaultCapture, tunnelCreate } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { tunnelBody, tunnelPatch } from "./body.ts"

it("a listening tunnel with everything", () => {
  const body = tunnelBody({
    name: "lab",
    interface: "tun0",
    listen: "0.0.0.0:55555",
    peer: "192.0.2.7",
    allowPublicPeer: true,
    security: "none",
    allowedIp: ["10.0.0.0/24"],
    autostart: true,
  })
  expect(tunnelCreate.parse(body)).toEqual({
    name: "lab",
    interface: "tun0",
    transport: { kind: "tcp", listen: "0.0.0.0:55555", peer: "192.0.2.7", allowPublicPeer: true },
    security: { kind: "none", allowedIps: ["10.0.0.0/24"] },
    autostart: true,
  })
})

it("a calling tunnel with nothing more", () => {
  const options = { name: "lab", interface: "tun0", connect: "192.0.2.7:55555", security: "none" } as const
  expect(tunnelBody(options)).toEqual({
    name: "lab",
    interface: "tun0",
    transport: { kind: "tcp", connect: "192.0.2.7:55555" },
    security: { kind: "none" },
  })
})

it("a hub over UDP with everything", () => {
  const body = tunnelBody({
    name: "hub",
    interface: "tun0",
    transport: "udp",
    listen: "0.0.0.0:55555",
    security: "none",
    hubPeer: [{ name: "a", address: "192.0.2.7", allowedIps: ["10.0.0.2/32"] }],
    sourceInterface: "eth0",
    firewallMark: 0x51,
    dscp: 46,
    clampMss: true,
  })
  expect(tunnelCreate.parse(body)).toMatchObject({
    transport: {
      kind: "udp",
      listen: "0.0.0.0:55555",
      sourceInterface: "eth0",
      firewallMark: 0x51,
      dscp: 46,
      clampMss: true,
    },
    security: { kind: "none", peers: [{ name: "a", address: "192.0.2.7", enabled: true }] },
  })
})

it("a responder encrypts nothing, unless told", () => {
  const options = { name: "lab", interface: "tun0", transport: "responder", answerFor: ["10.0.0.0/24"] } as const
  expect(tunnelCreate.parse(tunnelBody({ ...options, answerFor: [...options.answerFor] }))).toMatchObject({
    transport: { kind: "responder", answerFor: ["10.0.0.0/24"] },
    security: { kind: "none" },
  })
  const encrypted = tunnelBody({ name: "lab", interface: "tun0", transport: "responder", security: "wireguard" })
  expect(tunnelCreate.safeParse(encrypted).error?.issues[0]?.path).toEqual(["security"])
})

it("a hub without peers as yet", () => {
  const options = { name: "hub", interface: "tun0", listen: "0.0.0.0:1", hub: true, security: "none" } as const
  expect(tunnelCreate.safeParse(tunnelBody(options)).data?.security).toEqual({ kind: "none", peers: [] })
})

describe("a change", () => {
  const none = { kind: "none" } as const
  const calling = {
    transport: { kind: "tcp", connect: "192.0.2.7:1", framing: "trains", sourceAddress: "192.0.2.1", dscp: 46 },
    security: { ...none, allowedIps: ["10.0.0.0/24"] },
  } as const
  const listening = { transport: { kind: "udp", listen: "0.0.0.0:1", peer: "192.0.2.7" }, security: none } as const
  const peer = { name: "a", address: "192.0.2.7", enabled: true }
  const hub = { transport: { kind: "udp", listen: "0.0.0.0:1" }, security: { ...none, peers: [peer] } } as const
  type Before = Parameters<typeof tunnelPatch>[0]

  it.each<[string, unknown, Parameters<typeof tunnelPatch>[1], object]>([
    ["of nothing", calling, {}, {}],
    ["to what is so already", calling, { dscp: 46, transport: "tcp" }, {}],
    ["of a name", calling, { name: "b", autostart: false }, { name: "b", autostart: false }],
    [
      "of the transport keeps its ends, and not the framing of tcp",
      calling,
      { transport: "udp" },
      { transport: { kind: "udp", connect: "192.0.2.7:1", sourceAddress: "192.0.2.1", dscp: 46 } },
    ],
    [
      "from calling to listening",
      calling,
      { listen: "0.0.0.0:1", peer: "192.0.2.7" },
      { transport: { kind: "tcp", listen: "0.0.0.0:1", peer: "192.0.2.7", framing: "trains", dscp: 46 } },
    ],
    [
      "from listening to calling",
      listening,
      { connect: "192.0.2.7:1" },
      { transport: { kind: "udp", connect: "192.0.2.7:1" } },
    ],
    [
      "back to the defaults",
      calling,
      { framing: false, sourceAddress: false, dscp: false, allowedIp: false },
      { transport: { kind: "tcp", connect: "192.0.2.7:1" }, security: none },
    ],
    [
      "to a hub",
      listening,
      { hub: true },
      { transport: { kind: "udp", listen: "0.0.0.0:1" }, security: { ...none, peers: [] } },
    ],
    ["capture on", calling, { capture: "on" }, { capture: { ...defaultCapture, enabled: true } }],
    [
      "captures that save themselves",
      calling,
      { saveOn: ["drop", "down"], saveSeconds: 30 },
      { capture: { ...defaultCapture, saveOn: ["drop", "down"], saveSeconds: 30 } },
    ],
    ["captures that do not, as before", calling, { saveOn: [] }, {}],
    ["whole packets", calling, { snapLength: 0, captureSize: 16 }, { capture: { ...defaultCapture, snapLength: 0 } }],
    ["of a hub keeps its peers", hub, { hub: true, dscp: 1 }, { transport: { ...hub.transport, dscp: 1 } }],
    [
      "of a hub to one peer",
      hub,
      { peer: "192.0.2.9" },
      { transport: { kind: "udp", listen: "0.0.0.0:1", peer: "192.0.2.9" }, security: none },
    ],
  ])("%s", (_what, before, options, patch) => {
    expect(tunnelPatch({ ...(before as Before), capture: defaultCapture }, options)).toEqual(patch)
  })
})
