import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { SyscallError } from "@tundeck/native-bindings"
import { type DemoReport, whyNotHere } from "../launcher/demo-control.ts"
import { dieWithParent } from "../launcher/die-with-parent.ts"
import { inNetworkNamespace } from "../launcher/network-namespace.ts"
import { StartError } from "../launcher/start-error.ts"
import { openPinger, type Pinger } from "../ping/pinger.ts"
import { demoDeclarations, tunnelAddresses } from "./declarations.ts"
import { createDemoDirectory } from "./directory.ts"
import { type DemoHost, startHost } from "./host.ts"
import { createDemoNetwork } from "./network.ts"
import { findFreePorts } from "./ports.ts"

const names = ["host-a", "host-b"] as const
const pingEveryMilliseconds = 1000
const firstPingEveryMilliseconds = 200

/**
 * `tundeck demo`: two complete hosts on this machine, a tunnel between them, a ping through it, until it is told to end.
 * The namespaces are fds of this process and all others end with it: whatever kills it, at most a temporary directory
 * is left, which the next demo removes. Resolves with the exit code.
 */
export async function runDemo(): Promise<number> {
  const stop = stopRequested()
  try {
    const why = whyNotHere()
    if (why !== null) throw new StartError(why)
    dieWithParent("SIGTERM")
    return await demonstrate(stop.signal)
  } catch (error) {
    report({ type: "demo.failed", why: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

async function demonstrate(stop: AbortSignal): Promise<number> {
  const resources = new AsyncDisposableStack()
  try {
    return await runHosts(resources, stop)
  } finally {
    await resources.disposeAsync()
  }
}

async function runHosts(resources: AsyncDisposableStack, stop: AbortSignal): Promise<number> {
  const directory = resources.adopt(createDemoDirectory(), (it) => it.remove())
  const network = resources.adopt(createDemoNetwork(), (it) => it.close())
  const ports = await findFreePorts(names.length)

  console.log("Tundeck demo: two hosts on this machine, a cable between them, and an encrypted tunnel over it.")
  const declarations = demoDeclarations()
  const start = (index: 0 | 1): DemoHost =>
    startHost({
      name: names[index],
      port: ports[index] ?? 0,
      directory: join(directory.path, names[index]),
      namespace: network.namespaces[index],
      declaration: declarations[index],
    })
  const hosts = [start(0), start(1)]
  resources.defer(async () => void (await Promise.all(hosts.map((host) => host.stop()))))
  const stopped = aborted(stop)

  const up = await Promise.race([Promise.all(hosts.map((host) => host.up)), stopped])
  if (up === undefined) return 0
  for (const { name, url, setupLink } of up) console.log(`  ${name}  ${url}  set it up: ${setupLink}`)
  console.log("A ping goes through the tunnel every second. Ctrl-C ends and removes all of it.")
  report({ type: "demo.up", hosts: up })

  const pinging = keepPinging(network.namespaces[0], stop)
  const lost = await Promise.race([...hosts.map((host, i) => host.ended.then(() => names[i])), stopped])
  if (lost !== undefined) {
    console.error(`tundeck: the demo's ${lost} ended, so the demo ends.`)
    return 1
  }
  await pinging
  return 0
}

async function keepPinging(namespace: number, stop: AbortSignal): Promise<void> {
  const [from, to] = tunnelAddresses
  const began = performance.now()
  let pinger: Pinger | undefined
  let answered = false
  for (let sequence = 1; !stop.aborted; sequence++) {
    const every = answered ? pingEveryMilliseconds : firstPingEveryMilliseconds
    try {
      // There is no way to the other side before the interface has its address.
      pinger ??= inNetworkNamespace(namespace, () => openPinger(to))
      const time = await pinger.ping(sequence & 0xffff, every)
      if (time !== undefined && !answered) {
        answered = true
        const waited = ((performance.now() - began) / 1000).toFixed(1)
        console.log(`${from} → ${to}: the first ping came back after ${waited} s, in ${time.toFixed(2)} ms.`)
      }
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
    }
    await sleep(answered ? pingEveryMilliseconds : firstPingEveryMilliseconds, undefined, { signal: stop }).catch(
      () => {},
    )
  }
  pinger?.close()
}

/** To the launcher that started this demo for its page, if one did. */
function report(message: DemoReport): void {
  process.send?.(message)
}

function stopRequested(): AbortController {
  const controller = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => controller.abort())
  process.stdout.on("error", () => {}) // a closed pipe ends nothing
  return controller
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  })
}
