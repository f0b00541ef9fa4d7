import { longestWgQuickText, type WgQuickConf, type WgQuickPeer, type WgQuickRemark } from "./conf.ts"
import * as read from "./values.ts"

export interface ParsedWgQuick {
  conf: WgQuickConf
  /** None: the file is right. */
  faults: WgQuickRemark[]
  /** What was taken otherwise than it is written. */
  notes: WgQuickRemark[]
}

const mostFaults = 50
const commands = new Set(["preup", "postup", "predown", "postdown"])

/** Reads what wg-quick(8) reads. Commands are refused: nothing of the file is ever run. Anything may be in `text`. */
export function parseWgQuick(text: string): ParsedWgQuick {
  const parser = new Parser()
  if (text.length > longestWgQuickText) {
    parser.fault(1, `A file has at most ${longestWgQuickText} characters.`)
    return parser.result()
  }
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/)
  for (const [i, line] of lines.entries()) parser.take(i + 1, line)
  return parser.result()
}

type Section = "interface" | "peer" | undefined

class Parser {
  readonly #conf: WgQuickConf = {
    privateKey: null,
    addresses: [],
    dns: [],
    mtu: null,
    table: "auto",
    listenPort: null,
    firewallMark: null,
    peers: [],
  }
  readonly #faults: WgQuickRemark[] = []
  readonly #notes: WgQuickRemark[] = []
  #section: Section
  #hasInterface = false
  /** The peer that is read, and where it began. */
  #peer: { peer: WgQuickPeer; line: number } | undefined
  /** Settings of the section that were read already. */
  #seen = new Set<string>()

  fault(line: number, message: string): void {
    if (this.#faults.length < mostFaults) this.#faults.push({ line, message })
  }

  take(line: number, text: string): void {
    const name = /^\s*#\s*Name\s*=\s*(.*?)\s*$/i.exec(text)?.[1]
    if (name !== undefined && this.#peer !== undefined) this.#peer.peer.name ??= read.readName(name)
    const bare = text.replace(/#.*$/s, "").trim()
    if (bare === "") return
    const section = /^\[\s*(\w+)\s*\]$/.exec(bare)?.[1]?.toLowerCase()
    if (section !== undefined) return this.#begin(line, section)
    const setting = /^([A-Za-z]{1,30})\s*=\s*(.*)$/s.exec(bare)
    if (setting === null) return this.fault(line, "This is no setting: write Name = value.")
    const [, word = "", value = ""] = setting
    this.#set(line, word, value)
  }

  result(): ParsedWgQuick {
    this.#endPeer()
    if (!this.#hasInterface && this.#faults.length === 0) this.fault(1, "There is no [Interface] section.")
    return { conf: this.#conf, faults: this.#faults, notes: this.#notes }
  }

  #begin(line: number, section: string): void {
    this.#endPeer()
    this.#seen = new Set()
    this.#section = section === "interface" || section === "peer" ? section : undefined
    if (this.#section === undefined) return this.fault(line, "There are two kinds of sections: [Interface] and [Peer].")
    if (section === "peer") {
      const peer = {
        name: null,
        publicKey: "",
        presharedKey: null,
        allowedIps: [],
        endpoint: null,
        keepaliveSeconds: 0,
      }
      this.#peer = { peer, line }
      return
    }
    if (this.#hasInterface) this.fault(line, "There is an [Interface] section already.")
    this.#hasInterface = true
  }

  #endPeer(): void {
    if (this.#peer === undefined) return
    const { peer, line } = this.#peer
    this.#peer = undefined
    const { publicKey } = peer
    if (publicKey === "" && !this.#seen.has("publickey")) this.fault(line, "This peer has no PublicKey.")
    if (publicKey !== "" && this.#conf.peers.some((other) => other.publicKey === publicKey)) {
      this.fault(line, "This peer stands in the file already.")
    }
    this.#conf.peers.push(peer)
  }

  #set(line: number, word: string, value: string): void {
    const setting = word.toLowerCase()
    if (commands.has(setting)) {
      return this.fault(line, `${word} is a command, and Tundeck runs none: remove the line, and do it in another way.`)
    }
    if (setting === "saveconfig") {
      if (/^true$/i.test(value)) {
        this.fault(line, `${word} is not for Tundeck, which saves each change itself: remove the line.`)
      }
      return
    }
    if (this.#section === undefined) return this.fault(line, "A setting belongs under [Interface] or [Peer].")
    const settings = this.#peer === undefined ? interfaceSettings : peerSettings
    const take = settings.get(setting)
    if (take === undefined) return this.fault(line, `[${this.#section}] has no setting ${word}.`)
    const isList = lists.has(setting)
    if (this.#seen.has(setting) && !isList) return this.fault(line, `${word} stands twice in this section.`)
    this.#seen.add(setting)
    const values = isList ? value.split(",").map((part) => part.trim()) : [value]
    if (isList && value === "") return
    for (const part of values) {
      const said = take(part, this.#conf, this.#peer?.peer ?? nobody)
      if (said.wrong !== undefined) this.fault(line, `${word}: ${said.wrong}`)
      if (said.note !== undefined) this.#notes.push({ line, message: `${word}: ${said.note}` })
    }
  }
}

const nobody: WgQuickPeer = {
  name: null,
  publicKey: "",
  presharedKey: null,
  allowedIps: [],
  endpoint: null,
  keepaliveSeconds: 0,
}

interface Said {
  wrong?: string
  note?: string
}
type Take = (text: string, conf: WgQuickConf, peer: WgQuickPeer) => Said

const lists = new Set(["address", "dns", "allowedips"])

/** What a setting does with its value: `put` keeps it. */
function setting<T>(
  parse: (text: string) => { value: T } | { wrong: string },
  put: (value: T, conf: WgQuickConf, peer: WgQuickPeer) => Said | undefined,
): Take {
  return (text, conf, peer) => {
    const parsed = parse(text)
    return "wrong" in parsed ? { wrong: parsed.wrong } : (put(parsed.value, conf, peer) ?? {})
  }
}

const interfaceSettings = new Map<string, Take>(
  Object.entries({
    privatekey: setting(read.readKey, (key, conf) => {
      conf.privateKey = key
      return undefined
    }),
    address: setting(read.readAddress, (address, conf) => {
      if (!conf.addresses.includes(address)) conf.addresses.push(address)
      return undefined
    }),
    dns: setting(read.readResolver, (resolver, conf) => {
      conf.dns.push(resolver)
      return undefined
    }),
    mtu: setting(read.readNumber(68, 65_535), (mtu, conf) => {
      conf.mtu = mtu
      return undefined
    }),
    table: setting(read.readTable, (table, conf) => {
      conf.table = table
      return undefined
    }),
    listenport: setting(read.readNumber(0, 65_535), (port, conf) => {
      conf.listenPort = port === 0 ? null : port
      return undefined
    }),
    fwmark: setting(read.readMark, (mark, conf) => {
      conf.firewallMark = mark
      return undefined
    }),
  }),
)

const peerSettings = new Map<string, Take>(
  Object.entries({
    publickey: setting(read.readKey, (key, _conf, peer) => {
      peer.publicKey = key
      return undefined
    }),
    presharedkey: setting(read.readPresharedKey, (key, _conf, peer) => {
      peer.presharedKey = key
      return undefined
    }),
    allowedips: setting(read.readNetwork, ({ network, masked }, _conf, peer) => {
      if (!peer.allowedIps.includes(network)) peer.allowedIps.push(network)
      return masked ? { note: `Host bits were set; the network is ${network}.` } : {}
    }),
    endpoint: setting(read.readEndpoint, (endpoint, _conf, peer) => {
      peer.endpoint = endpoint
      return undefined
    }),
    persistentkeepalive: setting(read.readKeepalive, (seconds, _conf, peer) => {
      peer.keepaliveSeconds = seconds
      return undefined
    }),
  }),
)
