import type { declaration } from "@tundeck/shared"
import type { z } from "zod"
import { cableAddresses } from "./network.ts"

/** The hosts' addresses inside the tunnel. */
export const tunnelAddresses = ["10.77.0.1", "10.77.0.2"] as const

const port = 55_555
const [first, second] = cableAddresses

/** What shall exist on each host: the first waits for the second's call. */
export const declarations: readonly [z.input<typeof declaration>, z.input<typeof declaration>] = [
  {
    interfaces: [{ name: "tun0", addresses: [`${tunnelAddresses[0]}/24`] }],
    tunnels: [
      {
        name: "demo",
        interface: "tun0",
        transport: { kind: "tcp", listen: `${first}:${port}`, peer: second },
        security: { kind: "none" },
        autostart: true,
      },
    ],
  },
  {
    interfaces: [{ name: "tun0", addresses: [`${tunnelAddresses[1]}/24`] }],
    tunnels: [
      {
        name: "demo",
        interface: "tun0",
        transport: { kind: "tcp", connect: `${first}:${port}` },
        security: { kind: "none" },
        autostart: true,
      },
    ],
  },
]
