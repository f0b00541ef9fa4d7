import { hostname, release } from "node:os"
import { type HostCheck, type HostView, Problem } from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { version } from "../version.ts"

/** The preflight. The engine knows what the kernel allows; without it, that is the first thing to mend. */
export async function describeHost(engine: Engine): Promise<HostView> {
  return { hostname: hostname(), kernel: release(), version, checks: await checks(engine) }
}

async function checks(engine: Engine): Promise<HostCheck[]> {
  const title = "The engine answers"
  try {
    const found = await engine.call("host.checks", null)
    return [{ id: "engine", ok: true, title, detail: "It is connected.", remedy: null }, ...found]
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const remedy = "Look into the log of `tundeck serve`: it starts the engine again and says why it ended."
    return [{ id: "engine", ok: false, title, detail: "No connection to its socket.", remedy }]
  }
}
