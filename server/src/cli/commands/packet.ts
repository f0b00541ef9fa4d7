import { dissect, type Field, type PacketBytes, routes } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { hexLines } from "../hex-lines.ts"
import { printJson, printLine } from "../output.ts"

export function packetCommand(): Command {
  return newCommand("packet")
    .argument("<tunnel>", "its name or id")
    .argument("<number>", "as `tundeck packets` shows it", integer(0))
    .description(
      "the fields of one packet and its bytes, while they are kept: somebody must watch, a page or `tundeck packets`",
    )
    .action(packet)
}

async function packet(id: string, number: number, options: GlobalOptions): Promise<void> {
  const { call, json } = contextOf(options)
  const answer = await call(routes.readPacket, { params: { id, number } })
  const bytes = new Uint8Array(Buffer.from(answer.bytes, "base64"))
  const fields = dissect(bytes, answer.length, answer.link)
  if (json) return printJson({ ...answer, fields })
  for (const line of [...headOf(answer, bytes.length), ...fieldLines(fields), "", ...hexLines(bytes)]) printLine(line)
}

function headOf({ number, time, length }: PacketBytes, kept: number): string[] {
  const here = kept < length ? `, the first ${kept} of them here` : ""
  return [`packet ${number}, ${new Date(time).toISOString()}, ${length} bytes${here}`, ""]
}

/** Where each field stands: its first byte and how many. */
function fieldLines(fields: readonly Field[], depth = 0): string[] {
  return fields.flatMap(({ name, text, start, length, children = [] }) => {
    const place = `${String(start).padStart(5)} ${`+${length}`.padEnd(5)}`
    return [`${place} ${"  ".repeat(depth)}${name}: ${text}`, ...fieldLines(children, depth + 1)]
  })
}
