import { fallsBack, routes, type Surroundings, surroundingsOf } from "@tundeck/shared"
import type { Context } from "./context.ts"

const everyMs = 2000

/** What is known of a tunnel beside its packets; until the signal aborts, what can change by itself is asked again and again. */
export async function followSurroundings(
  { call }: Pick<Context, "call">,
  tunnel: string,
  signal: AbortSignal,
): Promise<() => Surroundings> {
  const params = { id: tunnel }
  const { transport, interface: name } = await call(routes.readTunnel, { params })
  const addresses = await call(routes.readInterface, { params: { name } }).then(
    (on) => on.actual?.addresses ?? on.addresses,
    () => [], // it may be gone
  )
  const read = async () => {
    const peers = fallsBack(transport) ? (await call(routes.listPeers, { params })).items : []
    return surroundingsOf({ transport, peers, addresses })
  }
  let known = await read()
  const again = async () => {
    known = await read().catch(() => known) // it may be answered next time
    if (!signal.aborted) timer = setTimeout(again, everyMs)
  }
  let timer = fallsBack(transport) && !signal.aborted ? setTimeout(again, everyMs) : undefined
  signal.addEventListener("abort", () => clearTimeout(timer))
  return () => known
}
