import type { InterfaceView } from "@tundeck/shared"
import { asIpCommands, asTunctlCommands } from "./commands.ts"
import type { ExportedFile } from "./exported-file.ts"
import { asNetworkd } from "./networkd.ts"
import { asNetworkManager } from "./networkmanager.ts"

const formats = {
  networkd: asNetworkd,
  networkmanager: asNetworkManager,
  ip: asIpCommands,
  tunctl: asTunctlCommands,
} as const

export type ExportFormat = keyof typeof formats

/** The same interface in another tool's words: files to put in place, or commands to run. */
export function exportInterface(view: InterfaceView, format: ExportFormat): { format: string; files: ExportedFile[] } {
  return { format, files: formats[format](view) }
}
