import { randomInt } from "node:crypto"
import {
  bindToDevice,
  close,
  connect,
  createArena,
  createMessageReader,
  errno,
  errnoText,
  openIcmpSocket,
  SyscallError,
  setHopLimit,
  setIcmpFilter,
  setProbing,
  setReceiveTime,
  sys,
} from "@tundeck/native-bindings"
import { ipFamily, type ProbeAnswer, Problem } from "@tundeck/shared"
import { encodeEchoRequest } from "../../ping/echo.ts"
import { type Ask, headerBytes } from "./ask.ts"
import { icmpTypes, readIcmpAnswer } from "./icmp-answer.ts"

/** The kernel says when an answer came, so it matters little when we look. */
const lookEveryMs = 2
const messagesAtOnce = 256
const largestPacket = 65_535
/** Enough to know a quoted request again. */
const keptOfAnswers = 1024
const echoHeader = 8

export interface IcmpAsker {
  ask: Ask
  close(): void
}

/** Asks `destination` over an interface of the network namespace that the thread is in now. Throws Problem probe-refused. */
export function openIcmpAsker(destination: string, over: string): IcmpAsker {
  const family = ipFamily(destination) ?? 4
  const identifier = randomInt(0x1_0000)
  const waiting = new Map<number, { sent: number; answer: (answer: ProbeAnswer) => void }>()
  const { sender, receiver } = openSockets(destination, over)
  const arena = createArena(largestPacket)
  const read = createMessageReader(receiver, keptOfAnswers)
  const looking = setInterval(look, lookEveryMs)
  let sequence = 0

  function look(): void {
    for (let budget = messagesAtOnce; budget > 0; budget--) {
      const message = read()
      if (message === -errno.EAGAIN) return
      if (typeof message === "number") continue // an error that the network reported: it is read, and gone
      const heard = readIcmpAnswer(family, message.bytes)
      const from = message.from?.address
      if (heard === undefined || from === undefined || heard.echo.identifier !== identifier) continue
      if (heard.answer.kind === "reply" && from !== destination) continue
      const one = waiting.get(heard.echo.sequence)
      if (one === undefined) continue
      const timeMs = Math.max(0, (message.time ?? sys.clockRealtimeMilliseconds()) - one.sent)
      one.answer({ ...heard.answer, from, timeMs })
    }
  }

  /** Answers the time, or an errno. */
  function send(number: number, bytes: number, hopLimit: number): { sent: number } | { errno: number } {
    setHopLimit(sender, family, hopLimit)
    const data = Math.max(0, bytes - headerBytes[family])
    const request = encodeEchoRequest(family, { identifier, sequence: number }, data)
    arena.bytes.set(request)
    const sent = sys.clockRealtimeMilliseconds()
    const n = sys.send(sender, arena.address, echoHeader + data, 0)
    return n < 0 ? { errno: -n } : { sent }
  }

  const ask: Ask = ({ bytes, hopLimit, timeoutMs }) => {
    sequence = (sequence + 1) & 0xffff
    const number = sequence
    const { promise, resolve } = Promise.withResolvers<ProbeAnswer>()
    const outcome = send(number, bytes, hopLimit)
    if ("errno" in outcome) return Promise.resolve({ kind: "not-sent", detail: refusalText(outcome.errno) })
    const timer = setTimeout(() => answer({ kind: "silence" }), timeoutMs)
    function answer(answer: ProbeAnswer): void {
      clearTimeout(timer)
      waiting.delete(number)
      resolve(answer)
    }
    waiting.set(number, { sent: outcome.sent, answer })
    return promise
  }

  return {
    ask,
    close() {
      clearInterval(looking)
      close(sender)
      close(receiver)
    },
  }
}

function refusalText(number: number): string {
  return number === errno.EMSGSIZE ? "larger than the interface's MTU" : errnoText(number)
}

/** One is connected and takes nothing; the other one hears every router. */
function openSockets(destination: string, over: string): { sender: number; receiver: number } {
  const family = ipFamily(destination) ?? 4
  const open: number[] = []
  const socket = () => {
    const fd = openIcmpSocket(family, "raw")
    open.push(fd)
    return fd
  }
  try {
    const sender = socket()
    const receiver = socket()
    setIcmpFilter(sender, family, [])
    setProbing(sender, family)
    bindToDevice(sender, over)
    connect(sender, { address: destination, port: 0 })
    setIcmpFilter(receiver, family, Object.values(icmpTypes[family]))
    setReceiveTime(receiver)
    return { sender, receiver }
  } catch (error) {
    for (const fd of open) close(fd)
    if (!(error instanceof SyscallError)) throw error
    throw new Problem("probe-refused", `${errnoText(error.errno)}. It takes CAP_NET_RAW: start Tundeck as root.`)
  }
}
