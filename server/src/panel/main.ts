import { readFileSync } from "node:fs"
import { exerciseDecoders } from "@tundeck/shared/exercise"
import closeWithGrace from "close-with-grace"
import pino from "pino"
import { buildPanel, builtPage } from "./app.ts"
import { readPage } from "./http/web-page.ts"
import { readDeclaration } from "./services/declaration.ts"
import type { LauncherChannel } from "./services/demo.ts"
import { readSettings, type Settings, shownOrigin } from "./settings.ts"

/** The panel's process: what only root may read is read first, then its rights are given away, then it listens. */
async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const logger = pino({ level: settings.logLevel, base: null }, pino.destination({ fd: 2, sync: true }))
  const tls = settings.tls && { cert: readFileSync(settings.tls.certificate), key: readFileSync(settings.tls.key) }
  const declared = settings.declaration === undefined ? undefined : readDeclaration(settings.declaration)
  const page = readPage(builtPage)
  if (settings.runAs) become(settings.runAs)

  exerciseDecoders() // before anybody measures whether the panel gets its turn
  const panel = await buildPanel({ settings, logger, page, tls, declared, launcher: launcherChannel() })
  closeWithGrace({ delay: 5000, logger: false }, async ({ err }) => {
    if (err) logger.fatal({ err }, "the panel ends")
    await panel.close()
  })
  await panel.app.listen(settings.listen)
  if (panel.sessions.setupNeeded()) console.log(setupLink(settings, panel.sessions.newSetupToken()))
}

function setupLink(settings: Settings, token: string): string {
  return `setup link: ${shownOrigin(settings)}/setup#token=${token}` // after #: it never travels in a request line
}

/** For good: no group, no root. The launcher has given the data directory to who we are then. */
function become({ uid, gid }: { uid: number; gid: number }): void {
  if (process.getuid?.() !== 0) return
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
}

function launcherChannel(): LauncherChannel | undefined {
  if (!process.connected) return undefined
  return {
    send: (message) => process.send?.(message),
    onMessage: (listener) => process.on("message", listener),
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
