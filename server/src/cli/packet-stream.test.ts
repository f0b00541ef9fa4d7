import { expect, it } from "vitest"
import { followPackets } from "./packet-stream.ts"

it("what was ended before it began ends at once", async () => {
  const server = { url: "http://127.0.0.1:9", token: null }
  const followed = followPackets(server, { tunnel: "lab" }, () => "more", AbortSignal.abort())
  await expect(followed).resolves.toBeUndefined()
})
