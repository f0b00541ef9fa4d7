import type { declaration } from "@tundeck/shared"
import type { z } from "zod"
import { newPrivateKey, publicKeyOf } from "../wireguard/keys.ts"
import { cableAddresses } from "./network.ts"

/** The hosts' addresses inside the tunnel. */
export const tunnelAddresses = ["10.77.0.1", "10.77.0.2"] as const

const port = 51_820
const mtu = 1420

type Declared = z.input<typeof declaration>

/** What shall exist on each host, with keys of this demo alone: the second calls the first. */
export function demoDeclarations(): readonly [Declared, Declared] {
  const [here, there] = [newPrivateKey(), newPrivateKey()]
  const declare = (index: 0 | 1, transport: object, privateKey: string, peer: object): Declared => ({
    interfaces: [{ name: "tun0", addresses: [`${tunnelAddresses[index]}/24`], mtu }],
    tunnels: [
      {
        name: "demo",
        interface: "tun0",
        transport: { kind: "udp", ...transport },
        security: {
          kind: "wireguard",
          privateKey,
          peers: [{ publicKey: publicKeyOf(index === 0 ? there : here), ...peer }],
        },
        autostart: true,
      },
    ],
  })
  const [first] = cableAddresses
  const [firstInside, secondInside] = tunnelAddresses
  return [
    declare(0, { listen: `${first}:${port}` }, here, { name: "host-b", allowedIps: [`${secondInside}/32`] }),
    declare(1, {}, there, { name: "host-a", allowedIps: [`${firstInside}/32`], endpoint: `${first}:${port}` }),
  ]
}
