import { Command } from "commander"
import { runDemo } from "../../demo/demo.ts"

export function demoCommand(): Command {
  return new Command("demo")
    .description("two complete hosts on this machine, a tunnel between them, a ping through it, until Ctrl-C")
    .action(async () => {
      process.exit(await runDemo())
    })
}
