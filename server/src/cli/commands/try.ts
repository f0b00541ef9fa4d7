import { experiment, routes } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"
import { pingLines } from "../tunnel/probe-text.ts"

interface TryOptions extends GlobalOptions {
  stop?: boolean
}

/** Exit code 1 when nothing answered. */
export function tryCommand(): Command {
  return newCommand("try")
    .description("with no peer: make a tun interface that answers ping by itself, and ping it")
    .option("--stop", "take it away again")
    .action(async (options: TryOptions) => {
      const { call, json } = contextOf(options)
      if (options.stop) {
        await call(routes.stopExperiment, {})
        if (!json) printLine("Nothing of it is left.")
        return
      }
      const view = await call(routes.startExperiment, {})
      if (view.ping?.received === 0) process.exitCode = 1
      if (json) return printJson(view)
      printLine(
        `${view.interface} has ${view.address}; the tunnel ${experiment.tunnel} over it answers for the rest of that network.`,
      )
      for (const line of view.ping === null ? [] : pingLines(view.ping)) printLine(line)
      printLine(`Its packets: tundeck packets ${experiment.tunnel}. Take it away: tundeck try --stop`)
    })
}
