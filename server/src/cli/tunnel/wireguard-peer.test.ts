import { expect, it } from "vitest"
import { parseWireguardPeer } from "./wireguard-peer.ts"

const publicKey = `${"ab+/".repeat(10)}abE=`

it.each([
  [publicKey, { publicKey }],
  [`north=${publicKey}`, { publicKey, name: "north" }],
  [`${publicKey}@[fd00::1]:51820`, { publicKey, endpoint: "[fd00::1]:51820" }],
  [
    `n-1=${publicKey}@peer.lan:1,10.0.0.0/8, fd00::/8`,
    {
      publicKey,
      name: "n-1",
      endpoint: "peer.lan:1",
      allowedIps: ["10.0.0.0/8", "fd00::/8"],
    },
  ],
  [`${publicKey},10.0.0.0/8`, { publicKey, allowedIps: ["10.0.0.0/8"] }],
])("%s", (text, peer) => expect(parseWireguardPeer(text)).toEqual(peer))

it.each(["", "north", `north=${publicKey.slice(1)}`, `${publicKey}x`, "north=192.0.2.7"])("%j is refused", (text) => {
  expect(() => parseWireguardPeer(text)).toThrow(/publickey/)
})
