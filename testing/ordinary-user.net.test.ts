import { chown } from "node:fs/promises"
import { expect, test } from "vitest"
import { connectByVeth } from "./links.ts"
import { createNamespace, type Namespace } from "./namespace.ts"
import { printWhenFailed } from "./on-failure.ts"
import { tundeckAsNobody } from "./ordinary-user.ts"
import { startSimpletun } from "./peers/simpletun.ts"
import { startProduct } from "./product.ts"
import { temporaryDirectory } from "./temporary.ts"
import { until } from "./wait.ts"

const nobody = 65_534

/** The same place, but the `tundeck` command runs there as an ordinary user. */
function asNobody(host: Namespace): Namespace {
  const commandLine = (command: string, args: readonly string[] = []) =>
    command === process.execPath ? tundeckAsNobody(...args.slice(1)) : ([command, [...args]] as const)
  return {
    ...host,
    spawn: (command, args, options) => host.spawn(...commandLine(command, args), options),
    exec: (command, args, options) => host.exec(...commandLine(command, args), options),
  }
}

test("the tutorial's scenario: root makes the interface once, an ordinary user runs the whole of Tundeck over it", async () => {
  await using here = await createNamespace("user")
  await using there = await createNamespace("peer")
  await connectByVeth(here, there, { v4: ["192.0.2.1/24", "192.0.2.2/24"] })
  for (const line of [
    `tuntap add dev own0 mode tun user ${nobody}`,
    "address add 10.77.0.1/24 dev own0",
    "link set own0 up",
  ]) {
    await here.exec("ip", line.split(" "))
  }
  await using data = await temporaryDirectory()
  await chown(data.path, nobody, nobody)
  await using product = await startProduct({ namespace: asNobody(here), dataDirectory: `${data.path}/data` })
  printWhenFailed(product)

  const refused = await product.api("POST", "/interfaces", { name: "own1" })
  expect(refused).toMatchObject({ status: 403, body: { code: "capability-missing" } })

  const transport = { kind: "tcp", listen: "192.0.2.1:55555", peer: "192.0.2.2" }
  const tunnel = { name: "lab", interface: "own0", transport, security: { kind: "none" }, autostart: true }
  expect((await product.api("POST", "/tunnels", tunnel)).status).toBe(201)
  const state = async () =>
    (await product.api<{ state: string; reason: { code: string } | null }>("GET", "/tunnels/lab")).body
  await until(async () => (await state()).reason?.code === "waiting-for-peer", { what: "the tunnel to listen" })
  await startSimpletun(there, { kind: "tun", addresses: ["10.77.0.2/24"], connect: "192.0.2.1", noDelay: true })
  await until(async () => (await state()).state === "up", { what: "the tunnel to be up" })

  await there.exec("ping", ["-c", "3", "-i", "0.2", "-w", "10", "10.77.0.1"])
  const echoes = async () => {
    const { body } = await product.api<{ items: { info: string; verdict: string }[] }>("GET", "/tunnels/lab/packets")
    const told = body.items.flatMap(({ info, verdict }) => {
      const kind = /^Echo \(ping\) (request|reply)/.exec(info)?.[1]
      return kind === undefined ? [] : `${kind} ${verdict}`
    })
    return told.length >= 6 && new Set(told)
  }
  const told = await until(echoes, { what: "three requests and their replies to be told" })
  expect(told).toEqual(new Set(["request delivered", "reply sent"]))
})
