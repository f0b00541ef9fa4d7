import { routes } from "@tundeck/shared"
import { type Command, Option } from "commander"
import { contextOf, type GlobalOptions, integer, newCommand, number } from "../context.ts"
import { printJson, printLine } from "../output.ts"
import { type FaultOptions, faultDirections, faultsAfter, faultTexts } from "../tunnel/faults.ts"

export function tunnelFaultsCommand(): Command {
  return newCommand("faults")
    .argument("<tunnel>", "its name or id")
    .description("inject faults for tests, in a running tunnel, too; without an option, show them")
    .addOption(
      new Option("--direction <direction>", "outbound is device to wire").choices(faultDirections).default("both"),
    )
    .option("--loss <percent>", "packets that vanish", number)
    .option("--delay <ms>", "every packet waits so long", number)
    .option("--jitter <ms>", "and up to so long beside it, by chance", number)
    .option("--reorder <percent>", "packets that overtake others", number)
    .option("--duplicate <percent>", "packets that come twice", number)
    .option("--corrupt <percent>", "packets of which one bit is flipped", number)
    .option("--rate <kbit/s>", "no more than that", integer(0))
    .option("--no-rate", "no limit")
    .option("--off", "none, but those named beside it")
    .action(async (id: string, options: GlobalOptions & FaultOptions) => {
      const { call, json } = contextOf(options)
      const before = await call(routes.readTunnel, { params: { id } })
      const faults = faultsAfter(before.faults, options)
      const view = faults === undefined ? before : await call(routes.changeTunnel, { params: { id }, body: { faults } })
      if (json) return printJson(view)
      printLine(view.faulty ? `FAULTS are injected into ${view.name}:` : `${view.name} has no faults injected.`)
      for (const text of faultTexts(view.faults)) printLine(`  ${text}`)
    })
}
