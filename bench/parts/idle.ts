// What 1,000 configured, connected tunnels cost that carry nothing.
import { setTimeout as sleep } from "node:timers/promises"
import { modes, transportOf } from "../contenders/tundeck.ts"
import { sides } from "../lab.ts"
import { cpuSeconds, residentMegabytes } from "../measure/processes.ts"
import { addTunnel, type Products, startProducts, untilUp } from "./products.ts"

interface Cost {
  /** Of one core. */
  cpuShare: number
  /** Resident memory of each tunnel beyond the first, in kB (1,000 bytes). */
  kilobytesEach: number
}

/** Of one host: the one of the two that costs more. */
export interface IdleFigures {
  engine: Cost
  /** With launcher and panel. */
  all: Cost
}

const firstPort = 20_000
const settleSeconds = 15

export async function idleTunnels(kind: "tcp" | "udp", count: number, seconds: number): Promise<IdleFigures> {
  await using products = await startProducts()
  const add = async (i: number) => {
    const wish = { name: `idle${i}`, mtu: modes[kind === "tcp" ? "simpletun" : "udp"].mtu }
    const at = firstPort + i
    await Promise.all(
      sides.map((side) => addTunnel(products[side], wish, transportOf(side, { transport: { kind }, ...wish }, at))),
    )
  }
  await add(0)
  await untilUp(products)
  await sleep(settleSeconds * 1000)
  const one = await memory(products)
  for (let i = 1; i < count; i++) await add(i)
  await untilUp(products)
  await sleep(settleSeconds * 1000)
  const before = await cpu(products)
  await sleep(seconds * 1000)
  const after = await cpu(products)
  const many = await memory(products)
  const cost = (part: "engine" | "all"): Cost => ({
    cpuShare: Math.max(...sides.map((side) => (after[side][part] - before[side][part]) / seconds)),
    kilobytesEach: Math.max(...sides.map((side) => ((many[side][part] - one[side][part]) * 1000) / (count - 1))),
  })
  return { engine: cost("engine"), all: cost("all") }
}

type OfSides = Record<"a" | "b", { engine: number; all: number }>

async function ofSides(products: Products, of: (pids: number[]) => Promise<number>): Promise<OfSides> {
  const ofOne = async (side: "a" | "b") => {
    const family = await products[side].processes()
    const engine = family.filter(({ role }) => role === "engine")
    return { engine: await of(engine.map(({ pid }) => pid)), all: await of(family.map(({ pid }) => pid)) }
  }
  return { a: await ofOne("a"), b: await ofOne("b") }
}

const cpu = (products: Products) => ofSides(products, cpuSeconds)
const memory = (products: Products) => ofSides(products, residentMegabytes)
