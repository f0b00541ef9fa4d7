import { randomUUID } from "node:crypto"
import { type DemoView, demoView, Problem } from "@tundeck/shared"
import { z } from "zod"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"

/** The launcher, which may start processes; the panel may not. */
export interface LauncherChannel {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

type DemoRequest = "demo.start" | "demo.stop" | "demo.state"

const reply = z.object({ type: z.literal("demo.reply"), id: z.string(), demo: demoView })

/** Two hosts, a tunnel, a ping: installing nothing takes this long at most. */
const answerWithinMs = 60_000

/** The two-host demo, which the launcher runs. */
export class Demo {
  readonly #store: Store
  readonly #launcher: LauncherChannel | undefined
  readonly #waiting = new Map<string, (demo: DemoView) => void>()

  constructor(store: Store, launcher: LauncherChannel | undefined) {
    this.#store = store
    this.#launcher = launcher
    launcher?.onMessage((message) => {
      const parsed = reply.safeParse(message)
      if (!parsed.success) return
      this.#waiting.get(parsed.data.id)?.(parsed.data.demo)
      this.#waiting.delete(parsed.data.id)
    })
  }

  async state(): Promise<DemoView> {
    if (this.#launcher === undefined) {
      return { running: false, available: false, why: "This panel was not started by `tundeck serve`.", hosts: [] }
    }
    return this.#ask("demo.state")
  }

  async start(actor: string): Promise<DemoView> {
    const demo = await this.#ask("demo.start")
    if (!demo.running) throw new Problem("demo-unavailable", demo.why ?? undefined)
    this.#record(actor, "startDemo")
    return demo
  }

  async stop(actor: string): Promise<void> {
    await this.#ask("demo.stop")
    this.#record(actor, "stopDemo")
  }

  #record(actor: string, action: string): void {
    this.#store.transaction(() => recordAudit(this.#store, { actor, action, subject: "demo" }))
  }

  async #ask(type: DemoRequest): Promise<DemoView> {
    if (this.#launcher === undefined) throw new Problem("demo-unavailable")
    const id = randomUUID()
    const { promise, resolve, reject } = Promise.withResolvers<DemoView>()
    const timer = setTimeout(
      () => reject(new Problem("demo-unavailable", "The launcher does not answer.")),
      answerWithinMs,
    )
    this.#waiting.set(id, resolve)
    try {
      this.#launcher.send({ type, id })
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }
}
