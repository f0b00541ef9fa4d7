import { Command, CommanderError } from "commander"
import { programVersion } from "../launcher/program.ts"
import { formatError } from "./output.ts"

// A command's modules are loaded when it is asked for: `tundeck ping` needs no SQLite, `tundeck token` no sockets.
const commands = {
  serve: async () => (await import("./commands/serve.ts")).serveCommand(),
  demo: async () => (await import("./commands/demo.ts")).demoCommand(),
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  interface: async () => (await import("./commands/interface.ts")).interfaceCommand(),
  tunnel: async () => (await import("./commands/tunnel.ts")).tunnelCommand(),
  packets: async () => (await import("./commands/packets.ts")).packetsCommand(),
  packet: async () => (await import("./commands/packet.ts")).packetCommand(),
  inject: async () => (await import("./commands/inject.ts")).injectCommand(),
  try: async () => (await import("./commands/try.ts")).tryCommand(),
  capture: async () => (await import("./commands/capture.ts")).captureCommand(),
  captures: async () => (await import("./commands/captures.ts")).capturesCommand(),
  "system-calls": async () => (await import("./commands/system-calls.ts")).systemCallsCommand(),
  key: async () => (await import("./commands/key.ts")).keyCommand(),
  token: async () => (await import("./commands/token.ts")).tokenCommand(),
  wireguard: async () => (await import("./commands/wireguard.ts")).wireguardCommand(),
  ping: async () => (await import("./commands/ping.ts")).pingCommand(),
} as const

const usageError = 2

async function main(arguments_: string[]): Promise<void> {
  const program = new Command("tundeck")
    .description("Linux TUN/TAP interfaces, the tunnels over them, and every packet that passes")
    .version(programVersion())
    .showHelpAfterError("(--help says more)")
  const [wanted] = arguments_
  const names = Object.keys(commands).filter((name) => name in commands) as (keyof typeof commands)[] // its own keys
  for (const name of names) {
    if (names.some((one) => one === wanted) && name !== wanted) continue
    program.addCommand(await commands[name]())
  }
  overrideExit(program)
  try {
    await program.parseAsync(arguments_, { from: "user" })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : usageError
      return
    }
    console.error(`tundeck: ${formatError(error)}`)
    process.exitCode = 1
  }
}

function overrideExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
}

// `tundeck packets lab | head` closes our output: that is its end, not a fault. A launcher goes on without it.
process.stdout.on("error", () => {
  if (process.argv[2] !== "serve" && process.argv[2] !== "demo") process.exit(0)
})

await main(process.argv.slice(2))
