// Two whole products on the two hosts, as users run them: with panel, store and API.
import type { InterfaceCreate, TunnelCreate, TunnelView } from "@tundeck/shared"
import { type Product, startProduct } from "../../testing/product.ts"
import { until } from "../../testing/wait.ts"
import { createLab, type Lab, type Side } from "../lab.ts"

export interface Products extends AsyncDisposable {
  readonly lab: Lab
  readonly a: Product
  readonly b: Product
}

export async function startProducts(): Promise<Products> {
  const lab = await createLab()
  const started: Product[] = []
  const stop = async () => {
    for (const product of started) await product.stop()
    await lab[Symbol.asyncDispose]()
  }
  try {
    const start = async (side: Side) => {
      const product = await startProduct({ namespace: lab[side] })
      started.push(product)
      return product
    }
    return { lab, a: await start("a"), b: await start("b"), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A tunnel over an interface of its own, which starts. */
export async function addTunnel(
  product: Product,
  wish: Partial<InterfaceCreate> & { name: string },
  transport: TunnelCreate["transport"],
): Promise<void> {
  await ask(product, "POST", "/interfaces", wish)
  const tunnel = { name: wish.name, interface: wish.name, transport, security: { kind: "none" }, autostart: true }
  await ask(product, "POST", "/tunnels", tunnel)
}

export async function untilUp({ a, b }: Products): Promise<void> {
  for (const product of [a, b]) {
    const areUp = async () => {
      const { items } = await ask<{ items: TunnelView[] }>(product, "GET", "/tunnels")
      return items.every(({ state }) => state === "up")
    }
    await until(areUp, { what: "all tunnels to be up", timeoutMs: 60_000, intervalMs: 500 })
  }
}

async function ask<T>(product: Product, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await product.api<T>(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
