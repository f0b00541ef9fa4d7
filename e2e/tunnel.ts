import type { TunnelView } from "@tundeck/shared"
import { startSimpletun } from "../testing/peers/simpletun.ts"
import type { Running } from "../testing/process.ts"
import { until } from "../testing/wait.ts"
import type { Lab } from "./lab.ts"

/** For stories that begin where another one ends: what is done by form there is asked of the API here. */

/** Makes an interface with 10.77.0.1/24. */
export async function makeInterface({ product }: Lab, name: string, fields: object = {}): Promise<void> {
  const made = await product.api("POST", "/interfaces", { name, addresses: ["10.77.0.1/24"], ...fields })
  if (made.status !== 201) throw new Error(`interface ${name}: ${JSON.stringify(made.body)}`)
}

/** Makes a tunnel over the interface `device` that waits for the other host; `autostart` starts it at once. */
export async function makeTunnel(
  { product, addressThere }: Lab,
  name: string,
  { device, autostart }: { device: string; autostart: boolean },
): Promise<string> {
  const made = await product.api<{ id: string }>("POST", "/tunnels", {
    name,
    interface: device,
    transport: { kind: "tcp", listen: "0.0.0.0:55555", peer: addressThere },
    security: { kind: "none" },
    autostart,
  })
  if (made.status !== 201) throw new Error(`tunnel ${name}: ${JSON.stringify(made.body)}`)
  return made.body.id
}

/** The tutorial's program calls from the other host, as 10.77.0.2. */
export async function callFromThere({ there, addressHere }: Lab): Promise<Running> {
  const how = { kind: "tun", addresses: ["10.77.0.2/24"], connect: addressHere, noDelay: true } as const
  const peer = await startSimpletun(there, how)
  if (peer.exited) throw new Error("nobody took the call of simpletun")
  return peer
}

/** The tunnel `lab` over `lab0`, up, with the tutorial's program at its other end. */
export async function runTunnel(lab: Lab): Promise<Running> {
  await makeInterface(lab, "lab0")
  const id = await makeTunnel(lab, "lab", { device: "lab0", autostart: true })
  // Only who listens can be called.
  await statusIs(lab, id, ({ reason }) => reason?.code === "waiting-for-peer")
  const peer = await callFromThere(lab)
  await statusIs(lab, id, ({ state }) => state === "up")
  return peer
}

type Status = Pick<TunnelView, "state" | "reason">

async function statusIs({ product }: Lab, id: string, isWanted: (status: Status) => boolean): Promise<void> {
  const read = async () => isWanted((await product.api<Status>("GET", `/tunnels/${id}`)).body)
  await until(read, { what: `the tunnel to be so: ${isWanted}` })
}
