import { Command } from "commander"
import { runLauncher } from "../../launcher/launcher.ts"
import type { ServeOptions } from "../../launcher/settings.ts"

export function serveCommand(): Command {
  return new Command("serve")
    .description("start Tundeck on this host: panel and engine")
    .option("--apply <file>", "a declaration of interfaces and tunnels that shall exist")
    .option("--insecure-public-bind", "listen beyond loopback without TLS: passwords cross the network in clear text")
    .action(async (options: ServeOptions) => {
      process.exit(await runLauncher(options))
    })
}
