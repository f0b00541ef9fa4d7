import { Command } from "commander"
import { StartError } from "../../launcher/start-error.ts"
import { startInBackground, tellStarter } from "../../stand-alone/background.ts"
import { runStandAlone } from "../../stand-alone/run.ts"

export function wireguardCommand(): Command {
  return new Command("wireguard")
    .description(
      "one WireGuard interface without a panel, for `wg` and `wg-quick`: as other programs in user space do it",
    )
    .option("-f, --foreground", "stay in the foreground")
    .argument("<interface>", "its name, such as wg0")
    .action(async (name: string, { foreground }: { foreground?: boolean }) => {
      if (foreground !== true) return startInBackground(name)
      await runForeground(name)
      process.exit(0)
    })
}

async function runForeground(name: string): Promise<void> {
  try {
    await runStandAlone(name, () => tellStarter({ failure: null }))
  } catch (error) {
    const isWaitedFor = process.connected && error instanceof StartError
    if (!isWaitedFor) throw error
    tellStarter({ failure: error.message })
    process.exit(1)
  }
}
