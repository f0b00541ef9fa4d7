import { callText, describeCall, type Field, routes, type SystemCallView } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"

interface SystemCallsOptions extends GlobalOptions {
  interface?: string
  tunnel?: string
  request?: string
  limit?: number
  bytes?: boolean
}

export function systemCallsCommand(): Command {
  return newCommand("system-calls")
    .description("what the engine asked of the kernel to change something, and the commands that do the same")
    .option("--interface <name>", "about this interface")
    .option("--tunnel <tunnel>", "of this tunnel's device and sockets: its name or id")
    .option("--request <id>", "of one API call: the x-request-id of its answer")
    .option("--limit <n>", "the latest so many, 200 unless told", integer(1))
    .option("--bytes", "each byte with the kernel's name for it")
    .action(systemCalls)
}

async function systemCalls(options: SystemCallsOptions): Promise<void> {
  const { call, json } = contextOf(options)
  const { interface: name, tunnel, request, limit, bytes = false } = options
  const query = {
    ...(name !== undefined && { interface: name }),
    ...(tunnel !== undefined && { tunnel }),
    ...(request !== undefined && { request }),
    ...(limit !== undefined && { limit }),
  }
  const answer = await call(routes.listSystemCalls, { query })
  if (json) return printJson(answer)
  if (answer.items.length === 0) return printLine("No such call is kept.")
  for (const one of answer.items) printCall(one, bytes)
}

function printCall(call: SystemCallView, withBytes: boolean): void {
  printLine(`${new Date(call.time).toISOString()}  ${call.action}  ${call.interface ?? "-"}`)
  printLine(`  ${callText(call)}${call.detail === null ? "" : `: ${call.detail}`}`)
  if (call.command !== null) printLine(`  # ${call.command}`)
  if (!withBytes) return
  const { argument, answer } = describeCall(call)
  printFields("given", argument.bytes, argument.fields)
  if (answer !== undefined) printFields("answered", answer.bytes, answer.fields)
}

const shownBytes = 8

function printFields(what: string, bytes: Uint8Array, fields: readonly Field[], depth = 2): void {
  if (depth === 2) printLine(`    ${what}, ${bytes.length} bytes`)
  for (const { name, text, start, length, children = [] } of fields) {
    const some = Buffer.from(bytes.subarray(start, start + Math.min(length, shownBytes))).toString("hex")
    const place = `${String(start).padStart(4)}  ${`${some}${length > shownBytes ? "…" : ""}`.padEnd(2 * shownBytes + 1)}`
    printLine(`    ${place}  ${"  ".repeat(depth - 2)}${name}: ${text}`)
    printFields(what, bytes, children, depth + 1)
  }
}
