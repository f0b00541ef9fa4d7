import { type LiveReply, type LiveRequest, type LiveTopic, liveReply } from "@tundeck/shared"
import ReconnectingWebSocket from "partysocket/ws"
import { useLiveConnection } from "./store.ts"

/** What a subscriber of a topic is told. */
export interface LiveMessages {
  packets: Extract<LiveReply, { type: "packets" | "gap" }>
  tunnels: Extract<LiveReply, { type: "tunnels" }>
  interfaces: Extract<LiveReply, { type: "interfaces" }>
  stats: Extract<LiveReply, { type: "stats" }>
  events: Extract<LiveReply, { type: "events" }>
}

interface Wish {
  topic: LiveTopic
  tunnel: string | undefined
}

interface Subscription extends Wish {
  receive: (message: LiveReply) => void
}

// A little different on every page, so that a hundred viewers do not come back in the same instant.
const retry = { first: 1_000 + Math.random() * 500, growth: 1.6, longest: 15_000 }
export const retryDelay = (attempt: number): number =>
  attempt <= 0 ? 0 : Math.min(retry.first * retry.growth ** (attempt - 1), retry.longest)

const subscriptions = new Set<Subscription>()
const reconnectListeners = new Set<() => void>()
let socket: ReconnectingWebSocket | undefined
let wasOpen = false

export function connectLive(): void {
  if (socket) return
  wasOpen = false
  useLiveConnection.setState({ state: "connecting", lostAt: null, nextTryAt: null })
  socket = new ReconnectingWebSocket(() => `${location.origin.replace(/^http/, "ws")}/api/v1/live`, [], {
    minReconnectionDelay: retry.first,
    reconnectionDelayGrowFactor: retry.growth,
    maxReconnectionDelay: retry.longest,
    connectionTimeout: 8_000,
    maxEnqueuedMessages: 0, // every open subscribes anew; nothing waits in a queue
  })
  socket.addEventListener("open", opened)
  socket.addEventListener("close", lost)
  socket.addEventListener("message", (event) => received(event.data))
}

export function closeLive(): void {
  const closing = socket
  socket = undefined
  closing?.close()
  useLiveConnection.setState({ state: "closed", lostAt: null, nextTryAt: null })
}

/** The next try now instead of later. */
export function retryLiveNow(): void {
  socket?.reconnect()
}

/** Called each time the connection is back: what was missed must be read again. */
export function onLiveReconnect(listener: () => void): () => void {
  reconnectListeners.add(listener)
  return () => reconnectListeners.delete(listener)
}

export function subscribeLive(subscription: Subscription): () => void {
  const first = !isWanted(subscription)
  subscriptions.add(subscription)
  // `tunnels` answers a new subscription with all of them, so a later subscriber asks again.
  if (first || subscription.topic === "tunnels") send("subscribe", subscription)
  return () => {
    subscriptions.delete(subscription)
    if (!isWanted(subscription)) send("unsubscribe", subscription)
  }
}

/** Has all tunnels told once more: an answer that came beside the connection may be older than what was told before it. */
export function tellTunnelsAgain(): void {
  const wish: Wish = { topic: "tunnels", tunnel: undefined }
  if (isWanted(wish)) send("subscribe", wish)
}

function isWanted({ topic, tunnel }: Wish): boolean {
  return [...subscriptions].some((other) => other.topic === topic && other.tunnel === tunnel)
}

function send(type: LiveRequest["type"], { topic, tunnel }: Wish): void {
  if (socket?.readyState !== WebSocket.OPEN) return
  const request: LiveRequest = tunnel === undefined ? { type, topic } : { type, topic, tunnel }
  socket.send(JSON.stringify(request))
}

function opened(): void {
  useLiveConnection.setState({ state: "open", lostAt: null, nextTryAt: null })
  const asked = new Set<string>()
  for (const subscription of subscriptions) {
    const key = `${subscription.topic} ${subscription.tunnel ?? ""}`
    if (!asked.has(key)) send("subscribe", subscription)
    asked.add(key)
  }
  if (wasOpen) for (const listener of reconnectListeners) listener()
  wasOpen = true
}

function lost(): void {
  // The socket counts its attempt in the same turn, before or after this event.
  queueMicrotask(() => {
    if (!socket) return
    const now = Date.now()
    useLiveConnection.setState(({ lostAt }) => ({
      state: "lost",
      lostAt: lostAt ?? now,
      nextTryAt: now + retryDelay(socket?.retryCount ?? 1),
    }))
  })
}

function received(data: unknown): void {
  const parsed = liveReply.safeParse(parseJson(data))
  if (!parsed.success) return
  const reply = parsed.data
  for (const subscription of subscriptions) if (concerns(reply, subscription)) subscription.receive(reply)
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}

export function concerns(reply: LiveReply, { topic, tunnel }: Wish): boolean {
  if (reply.type === "packets" || reply.type === "gap") return topic === "packets" && reply.tunnel === tunnel
  return reply.type === topic
}
