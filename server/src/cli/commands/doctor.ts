import { type HostCheck, Problem, routes } from "@tundeck/shared"
import type { Command } from "commander"
import { Unreachable } from "../client.ts"
import { type Context, contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { localChecks } from "../local-checks.ts"
import { printJson, printLine } from "../output.ts"

export function doctorCommand(): Command {
  return newCommand("doctor")
    .description("what is missing on this machine, and how to mend it; works without a running server, too")
    .action(async (options: GlobalOptions) => {
      const context = contextOf(options)
      const { source, checks } = await examine(context)
      if (context.json) printJson({ source, checks })
      else print(source, checks)
      if (checks.some((check) => !check.ok)) process.exitCode = 1
    })
}

/** A running server knows best: its engine looks with its own rights, in its own namespace. */
async function examine({ call, server }: Context): Promise<{ source: string; checks: HostCheck[] }> {
  const local = async (source: string, isServing: boolean) => ({ source, checks: await localChecks(isServing) })
  try {
    const { hostname, checks } = await call(routes.host, {})
    return { source: `${hostname}, by the Tundeck at ${server.url}`, checks }
  } catch (error) {
    if (error instanceof Unreachable) return local("this machine, by this command: no server answers", false)
    if (!(error instanceof Problem) || error.code !== "sign-in-required") throw error
    return local(`this machine, by this command: the Tundeck at ${server.url} wants a token for its own view`, true)
  }
}

function print(source: string, checks: HostCheck[]): void {
  printLine(`Checked: ${source}`)
  for (const { ok, title, detail, remedy } of checks) {
    printLine(`${ok ? "ok  " : "FAIL"} ${title}`)
    printLine(`     ${detail}`)
    if (remedy !== null) printLine(`     → ${remedy}`)
  }
  const failed = checks.filter((check) => !check.ok).length
  printLine(failed === 0 ? "All is well." : `${failed} of ${checks.length} want mending.`)
}
