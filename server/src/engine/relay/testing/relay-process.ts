// One tunnel over a tun of its own in the namespace where it is started, without a control thread:
// `node relay-process.ts '{"interface": …}'`. What the tunnel says comes out line by line, as JSON; lines that come in are
// changes to it.
import { createInterface } from "node:readline"
import {
  createEventfd,
  openTun,
  setNonBlocking,
  sys,
  tunOffload,
  tunSetInterface,
  tunSetOffload,
} from "@tundeck/native-bindings"
import { createPacketRing } from "@tundeck/shared"
import { createCounters } from "../counters.ts"
import { EpollLoop } from "../epoll-loop.ts"
import type { FromWorker, RelayPeers, RelaySecurity, RelayTransport } from "../messages.ts"
import { RelayTunnel } from "../relay-tunnel.ts"
import { createWorkplace } from "../workplace.ts"

/** Keys as base64. */
export interface RelayProcessOptions {
  interface: string
  mtu: number
  transport: RelayTransport
  privateKey?: string
  peers: RelayProcessPeer[]
}

export interface RelayProcessPeer {
  address?: string
  allowed: string[]
  publicKey?: string
  presharedKey?: string
  keepaliveSeconds?: number
  remotes?: { address: string; port: number }[]
  enabled?: boolean
}

export type RelayProcessChange = { peers: RelayProcessPeer[] } | { transport: RelayTransport }

const options: RelayProcessOptions = JSON.parse(process.argv[2] ?? "{}")
let { peers } = options
const bytes = (key: string) => new Uint8Array(Buffer.from(key, "base64"))

function relayPeers(): RelayPeers {
  return peers.map(
    ({ address = "", allowed, publicKey, presharedKey, keepaliveSeconds = 0, remotes = [], enabled = true }) => {
      if (publicKey === undefined) return { address, allowed, enabled }
      const keys = {
        publicKey: bytes(publicKey),
        presharedKey: presharedKey === undefined ? null : bytes(presharedKey),
      }
      return {
        address,
        allowed,
        enabled,
        wireguard: { ...keys, keepaliveSeconds, expiresAt: null, remotes, named: false },
      }
    },
  )
}

const fd = openTun()
tunSetInterface(fd, { name: options.interface, kind: "tun", packetInfo: false, vnetHeader: true, multiQueue: false })
const { checksum, tcp4, tcp6, tcpEcn, udp4, udp6 } = tunOffload
tunSetOffload(fd, checksum | tcp4 | tcp6 | tcpEcn | udp4 | udp6)
setNonBlocking(fd, true)
const say = (what: unknown) => {
  process.stdout.write(
    `${JSON.stringify(what, (_key, value) => (typeof value === "bigint" ? String(value) : value))}\n`,
  )
}
const post = (message: FromWorker) => say(message)
const wakeFd = createEventfd()
const loop = new EpollLoop(wakeFd, () => {})
const counters = createCounters(true)
const security: RelaySecurity =
  options.privateKey === undefined
    ? { kind: "none" }
    : { kind: "wireguard", privateKey: bytes(options.privateKey), previousPrivateKey: null, stampedAfter: 0n }
const tunnel = new RelayTunnel(
  {
    id: "t",
    link: "ip",
    device: { fd, packetInfo: false, vnetHeader: true, mtu: options.mtu },
    ...{
      transport: options.transport,
      security,
      peers: relayPeers(),
      faults: null,
      counters,
      ring: createPacketRing(32),
      capture: null,
    },
  },
  { loop, workplace: createWorkplace(), post },
)
tunnel.start()

let isRunning = true
function change(text: string): void {
  const wanted: RelayProcessChange = JSON.parse(text)
  if ("peers" in wanted) {
    peers = wanted.peers
    tunnel.setPeers(relayPeers())
  } else tunnel.setTransport(wanted.transport, relayPeers())
}

const end = () => {
  isRunning = false
}
// Its own event loop has a turn between two steps: what comes in, and what goes out, waits for it.
createInterface({ input: process.stdin })
  .on("line", (line) => {
    change(line)
    sys.eventfdWrite(wakeFd)
  })
  .on("close", end)
process.on("SIGTERM", end)
function run(): void {
  // Many steps to one turn: a turn costs more than a step.
  const end = performance.now() + 50
  while (performance.now() < end && isRunning) loop.step(() => loop.wakeAt(tunnel.alarm(loop.now)), 20)
  if (isRunning) return void setImmediate(run)
  tunnel.stop()
  process.exit()
}
run()
