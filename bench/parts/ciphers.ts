// What sealing and opening a packet costs, in a process that is started as the engine is.
import { fileURLToPath } from "node:url"
import { opensslEnvironment } from "@tundeck/native-bindings"
import type { CipherFigures } from "../../server/src/engine/relay/testing/cipher-run.ts"
import { run } from "../../testing/process.ts"

const script = fileURLToPath(new URL("../../server/src/engine/relay/testing/cipher-run.ts", import.meta.url))

export async function packetCiphers(): Promise<CipherFigures[]> {
  const { stdout } = await run(process.execPath, [script], { env: { ...process.env, ...opensslEnvironment } })
  return JSON.parse(stdout)
}
