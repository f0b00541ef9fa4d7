import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { declaration, interfaceWanted, parseEndpoint } from "@tundeck/shared"
import closeWithGrace from "close-with-grace"
import pino from "pino"
import { buildPanel, builtPage } from "./panel/app.ts"
import { readPage } from "./panel/http/web-page.ts"
import { startMemoryEngine } from "./testing/memory-engine.ts"
import { MemoryInterfaces } from "./testing/memory-interfaces.ts"

/**
 * `npm run dev`: the panel with an engine in memory, and the page from its sources. No root, no Linux; the state is gone afterwards.
 *
 *   --empty       no interfaces and no tunnels
 *   --setup       no account either: begin with the setup link
 *   --pings N     pings a second through each tunnel; each shows as two packets
 *   --flow        a transfer through each tunnel beside them, as fast as its transport is; in the counters, not among the packets
 *   --listen A    where the panel listens, 127.0.0.1:8080 when left out
 *   --no-vite     the built page on the panel's own port instead of the sources on port 5173
 */
const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    empty: { type: "boolean", default: false },
    setup: { type: "boolean", default: false },
    pings: { type: "string", default: "2" },
    flow: { type: "boolean", default: false },
    listen: { type: "string", default: "127.0.0.1:8080" },
    vite: { type: "boolean", default: true },
  },
})

const listen = parseEndpoint(options.listen)
if (listen === undefined) throw new Error("--listen wants host:port")
const account = { username: "dev", password: "development" }
const directory = mkdtempSync(join(tmpdir(), "tundeck-dev-"))
const engineSocket = join(directory, "engine.sock")

const sample = declaration.parse({
  interfaces: [
    { name: "lab0", addresses: ["10.77.0.1/24", "fd77::1/64"], routes: [{ destination: "10.78.0.0/16" }] },
    { name: "office", kind: "tap", addresses: ["192.168.50.1/24"], owner: "nobody", heal: false },
    { name: "branches0", kind: "tap", addresses: ["10.79.0.1/24"] },
    { name: "sites0", addresses: ["10.80.0.1/24"], mtu: 1400 },
    { name: "road0", addresses: ["10.90.0.1/24"], mtu: 1420 },
    { name: "cellar0", addresses: ["10.91.0.1/24"], mtu: 1420 },
  ],
  tunnels: [
    {
      name: "road",
      interface: "road0",
      transport: { kind: "udp", listen: "0.0.0.0:51820", fallback: true },
      security: {
        kind: "wireguard",
        peers: ["office", "phone", "laptop", "old-phone", "guest"].map((name, i) => ({
          name,
          publicKey: Buffer.alloc(32, `public key of ${name}`).toString("base64"),
          allowedIps: name === "office" ? ["10.90.0.2/32", "192.168.50.0/24"] : [`10.90.0.${i + 2}/32`],
          ...(name === "office" && {
            endpoint: "office.example.org:51820",
            presharedKey: Buffer.alloc(32, 7).toString("base64"),
          }),
          enabled: name !== "old-phone",
          ...(name === "guest" && { expiresAt: Date.now() + 36 * 3_600_000 }),
        })),
      },
      autostart: true,
    },
    { name: "cellar", interface: "cellar0", transport: { kind: "udp", listen: "0.0.0.0:51821" }, autostart: true },
    {
      name: "lab",
      interface: "lab0",
      transport: { kind: "tcp", connect: "192.168.1.7:55555" },
      security: { kind: "none" },
      autostart: true,
    },
    {
      name: "office-north",
      interface: "office",
      transport: { kind: "tcp", listen: "0.0.0.0:55556", peer: "192.168.1.9" },
      security: { kind: "none" },
    },
    {
      name: "branches",
      interface: "branches0",
      transport: { kind: "udp", listen: "0.0.0.0:55557" },
      security: {
        kind: "none",
        peers: ["berlin", "paris", "rome", "vienna"].map((name, i) => ({ name, address: `192.168.2.${i + 1}` })),
      },
      autostart: true,
    },
    {
      name: "sites",
      interface: "sites0",
      transport: { kind: "icmp", listen: "0.0.0.0:7" },
      security: {
        kind: "none",
        peers: [
          { name: "north", address: "192.168.3.1", allowedIps: ["10.80.0.2/32", "10.81.0.0/16"] },
          { name: "south", address: "192.168.3.2", allowedIps: ["10.80.0.3/32"] },
          { name: "old", address: "192.168.3.3", enabled: false },
        ],
      },
      faults: { outbound: { lossPercent: 3, delayMs: 50, jitterMs: 10 } },
      autostart: true,
    },
  ],
})

const interfaces = new MemoryInterfaces()
if (!options.empty) {
  const [first] = sample.interfaces
  const other = interfaceWanted.parse({
    ...first,
    name: "tun9",
    addresses: ["10.8.0.1/24"],
    routes: [],
    persistent: false,
  })
  interfaces.putOther(other, [{ pid: 4242, command: "openvpn" }])
}
const engine = await startMemoryEngine(engineSocket, {
  interfaces,
  pingsPerSecond: Number(options.pings),
  flow: options.flow,
})
const panel = await buildPanel({
  settings: {
    listen,
    origins: ["http://localhost:5173", "http://127.0.0.1:5173"],
    dataDirectory: join(directory, "data"),
    engineSocket,
    launchId: "development",
  },
  logger: pino({ level: "warn", base: null }, pino.destination({ fd: 2, sync: true })),
  page: readPage(builtPage),
  declared: options.empty ? undefined : sample,
})
await panel.app.listen(listen)
const own = `http://${options.listen}`
const token = panel.sessions.newSetupToken()
if (options.setup) console.log(`setup link: ${own}/setup#token=${token}`)
else {
  await panel.sessions.setup({ token, ...account })
  console.log(`sign in as ${account.username} with the password ${account.password}`)
  console.log(`API token: ${panel.tokens.create("dev", { name: "dev", role: "admin" }).token}`)
}
console.log(`panel: ${own}`)

const web = fileURLToPath(new URL("../../web", import.meta.url))
const vite = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url))
const page = options.vite
  ? spawn(process.execPath, [vite, web], { stdio: "inherit", env: { ...process.env, TUNDECK_PANEL: own } })
  : undefined

closeWithGrace({ delay: 3000, logger: false }, async () => {
  page?.kill()
  await panel.close()
  await engine.close()
  rmSync(directory, { recursive: true, force: true })
})
