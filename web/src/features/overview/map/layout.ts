import { peersExpected, type TunnelView } from "@tundeck/shared"
import { interfaceState } from "../../../lib/interface-state.ts"
import { isHub } from "../../../lib/tunnel-peer.ts"
import { type EndContent, type MapDevice, type MapTunnel, rowsOf } from "./rows.ts"

/** The map as boxes and lines: this host, its interfaces, their tunnels, the peers, the networks behind them. */

export type LineState = "up" | "some" | "waiting" | "down" | "failed"

export type MapContent =
  | { kind: "host" }
  | { kind: "interface"; device: MapDevice }
  | { kind: "missing"; name: string }
  | { kind: "tunnel"; tunnel: MapTunnel }
  | EndContent
  | { kind: "networks"; networks: string[] }
type Column = 0 | 1 | 2 | 3 | 4

export interface MapBox {
  id: string
  column: Column
  x: number
  y: number
  width: number
  height: number
  content: MapContent
}

export interface MapLine {
  from: string
  to: string
  state: LineState
  /** Whose rate makes it wide; none for a line without traffic of its own. */
  tunnel: string | undefined
  path: string
}

export interface HostMap {
  boxes: MapBox[]
  lines: MapLine[]
  width: number
  height: number
  /** Tunnels for which there was no room. */
  left: number
}

const rowHeight = 58
const boxHeight = 44
const mostRows = 12

interface Track {
  column: Column
  x: number
  width: number
}

/** The columns and their shares: a narrow page has no room for the host and the networks, a middling one none for the host. */
function sharesOf(width: number): (readonly [Column, number])[] {
  const shares = [
    [0, 0.88],
    [1, width < 620 ? 0.83 : 1],
    [2, width < 620 ? 1.22 : 1.14],
    [3, 0.98],
    [4, 0.98],
  ] as const
  if (width < 620) return shares.slice(1, 4)
  return width < 860 ? shares.slice(1) : shares.slice()
}

function tracksOf(width: number): Track[] {
  const shares = sharesOf(width)
  const whole = shares.reduce((sum, [, share]) => sum + share, 0)
  const gap = width < 620 ? 14 : Math.min(72, Math.round(width * 0.05))
  const room = (width - gap * (shares.length - 1)) / whole
  let x = 0
  return shares.map(([column, share]) => {
    const track = { column, x, width: room * share }
    x += track.width + gap
    return track
  })
}

const tunnelLine: Record<TunnelView["state"], LineState> = {
  up: "up",
  connecting: "waiting",
  reconnecting: "waiting",
  failed: "failed",
  stopped: "down",
}
const deviceLine = { up: "up", waiting: "down", down: "down", missing: "failed" } as const

export function layoutMap(devices: readonly MapDevice[], tunnels: readonly MapTunnel[], width: number): HostMap {
  const { rows, left } = rowsOf(devices, tunnels, mostRows)
  const tracks = tracksOf(width)
  const slots = rows.reduce((sum, { ends }) => sum + Math.max(1, ends.length), 0)
  const boxes = new Map<string, MapBox>()
  const links: Omit<MapLine, "path">[] = []

  const place = (id: string, column: Column, slot: number, content: MapContent) => {
    const track = tracks.find((each) => each.column === column)
    if (track === undefined || boxes.has(id)) return
    const y = slot * rowHeight + (rowHeight - boxHeight) / 2
    boxes.set(id, { id, column, content, x: track.x, y, width: track.width, height: boxHeight })
  }
  const link = (line: Omit<MapLine, "path">) => {
    if (!links.some(({ from, to }) => from === line.from && to === line.to)) links.push(line)
  }

  place("host", 0, (slots - 1) / 2, { kind: "host" })
  let slot = 0
  for (const { device, name, tunnel, ends } of rows) {
    const first = slot
    const middle = first + (Math.max(1, ends.length) - 1) / 2
    slot += Math.max(1, ends.length)
    const deviceId = `interface ${name}`
    const deviceState = device ? deviceLine[interfaceState(device)] : "failed"
    place(deviceId, 1, middle, device ? { kind: "interface", device } : { kind: "missing", name })
    link({ from: "host", to: deviceId, state: deviceState, tunnel: undefined })
    if (tunnel === undefined) continue

    const tunnelId = `tunnel ${tunnel.id}`
    place(tunnelId, 2, middle, { kind: "tunnel", tunnel })
    link({ from: deviceId, to: tunnelId, state: tunnelLine[tunnel.state], tunnel: tunnel.id })

    // The rate of a hub is not that of each of its peers.
    const flow = isHub(tunnel) ? undefined : tunnel.id
    const state = endLine(tunnel)
    ends.forEach(({ id, content, networks }, i) => {
      place(id, 3, first + i, content)
      link({ from: tunnelId, to: id, state, tunnel: flow })
      if (networks.length === 0) return
      const networksId = `networks ${tunnel.id} ${i}`
      place(networksId, 4, first + i, { kind: "networks", networks })
      link({ from: id, to: networksId, state, tunnel: flow })
    })
  }

  const lines = links.flatMap((line) => {
    const from = boxes.get(line.from)
    const to = boxes.get(line.to)
    return from && to ? [{ ...line, path: curve(from, to) }] : []
  })
  return { boxes: [...boxes.values()], lines, width, height: Math.max(1, slots) * rowHeight, left }
}

/** A hub says how many of its peers are there, not which. */
function endLine(tunnel: MapTunnel): LineState {
  if (!isHub(tunnel) || tunnel.state !== "up") return tunnelLine[tunnel.state]
  if (tunnel.peersConnected === 0) return "waiting"
  return tunnel.peersConnected >= peersExpected(tunnel) ? "up" : "some"
}

function curve(from: MapBox, to: MapBox): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2]
  const bend = (x2 - x1) / 2
  return `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`
}

/** 1.5 px without traffic, about 2 px more for each ten times above 1 kbit/s, 12 px at most. */
export function lineWidth(bytesPerSecond: number): number {
  const bits = bytesPerSecond * 8
  return bits < 1000 ? 1.5 : Math.min(12, 1.5 + 1.6 * Math.log10(bits / 1000))
}
