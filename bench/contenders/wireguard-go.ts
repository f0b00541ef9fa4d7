import { join } from "node:path"
import { run } from "../../testing/process.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { until } from "../../testing/wait.ts"
import { type Contender, inner, other, outer, reachable, sides } from "../lab.ts"
import { addressTun, line, secretFile } from "./host.ts"

/** As wg(8) sets it up between two hosts. */
export const wireguardGo: Contender = {
  id: "wireguard-go",
  name: "wireguard-go",
  what: "Debian's wireguard-go, ChaCha20-Poly1305 over UDP",
  programs: ["wireguard-go", "wg"],
  async start(lab) {
    const directory = await temporaryDirectory()
    const keys = { a: line(await run("wg", ["genkey"])), b: line(await run("wg", ["genkey"])) }
    const publicKey = async (key: string) => line(await run("wg", ["pubkey"], { input: key }))
    const processes = []
    for (const side of sides) {
      // Its socket directory is shared by all namespaces: the name of the interface is not.
      const name = `wg-${process.pid}-${side}`
      processes.push(lab[side].spawn("wireguard-go", ["-f", name], { logFile: join(directory.path, side) }))
      const peer = other[side]
      const file = await secretFile(
        directory.path,
        `${side}.conf`,
        `[Interface]\nPrivateKey = ${keys[side]}\nListenPort = 51820\n[Peer]\nPublicKey = ${await publicKey(keys[peer])}\n` +
          `Endpoint = ${outer[peer]}:51820\nAllowedIPs = ${inner[peer]}/32\n`,
      )
      const configure = async () => (await lab[side].exec("wg", ["setconf", name, file])).code === 0
      await until(configure, { what: `wireguard-go to take its settings` })
      await run("ip", ["-n", lab[side].name, "link", "set", name, "name", "tun0"])
      await addressTun(lab, side, 1420)
    }
    return reachable(lab, processes, () => directory.remove())
  },
}
