import { type CaptureEvent, captureEvents, framings, transportKinds } from "@tundeck/shared"
import { type Command, InvalidArgumentError, Option } from "commander"
import { collect, collectParsed, integer } from "../context.ts"
import { type HubPeer, parseHubPeer } from "./hub-peer.ts"
import { readKeyFile } from "./key-file.ts"
import { parseWireguardPeer, type WireguardPeer } from "./wireguard-peer.ts"

/** Of `tundeck tunnel create` and `set`, as commander gives them; false takes away what was set. */
export interface TunnelOptions {
  name?: string
  interface?: string
  transport?: (typeof transportKinds)[number]
  listen?: string
  connect?: string
  peer?: string
  answerFor?: string[]
  framing?: (typeof framings)[number] | false
  sourceAddress?: string | false
  sourceInterface?: string | false
  firewallMark?: number | false
  dscp?: number | false
  clampMss?: boolean
  allowPublicPeer?: boolean
  security?: "wireguard" | "none"
  privateKey?: string
  wireguardPeer?: WireguardPeer[]
  fallback?: boolean
  allowedIp?: string[] | false
  hub?: boolean
  hubPeer?: HubPeer[]
  capture?: "on" | "off"
  captureSize?: number
  snapLength?: number
  saveOn?: CaptureEvent[]
  saveSeconds?: number
  autostart?: boolean
}

const transportOption = (words: string) => new Option("--transport <kind>", words).choices(transportKinds)
const securityOption = (words: string) =>
  new Option(
    "--security <kind>",
    `none is clear text: whoever sits between the hosts reads and writes along${words}`,
  ).choices(["wireguard", "none"])

function addEnds(command: Command): Command {
  return command
    .addOption(
      new Option("--capture <on|off>", "keep the latest packets in memory, for `tundeck capture`").choices([
        "on",
        "off",
      ]),
    )
    .option("--capture-size <megabytes>", "memory for them; another size forgets what was captured", integer(1))
    .option("--snap-length <bytes>", "bytes that are kept of a packet, 64 or more; 0 keeps whole packets", integer(0))
    .option(
      "--save-on <events>",
      "save the capture on the panel's host by itself: drop (the first of each reason), down, drop,down or none",
      parseEvents,
    )
    .option("--save-seconds <n>", "how far back such a file reaches", integer(1))
    .option(
      "--listen <host:port>",
      "wait for the peer here; with icmp the port is the tunnel's number, the same on both sides",
    )
    .option("--connect <host:port>", "call the peer there")
    .addOption(
      new Option(
        "--private-key <file>",
        "a file with a WireGuard private key, - is standard input; else one is made",
      ).argParser(readKeyFile),
    )
    .option(
      "--wireguard-peer <peer>",
      "[name=]publickey[@host:port][,network/length…]: who may connect, where it is called, and the networks behind it; may be given many times",
      collectParsed(parseWireguardPeer),
    )
    .option("--fallback", "udp: go over to tcp on the same port number while a peer cannot be reached")
    .option("--peer <address>", "clear text, with --listen: the one address that may connect")
    .option("--hub", "let many peers call; they are added with `tundeck tunnel peer add`")
    .option(
      "--hub-peer <peer>",
      "name=address[,network/length…]: a peer that may call, and the networks behind it; may be given many times, and makes it a hub",
      collectParsed(parseHubPeer),
    )
    .addOption(
      new Option("--framing <framing>", "tcp only; trains: between two Tundecks that both say so").choices(framings),
    )
    .option(
      "--answer-for <network/length>",
      "responder: a network whose addresses it answers for; may be given many times; left out: those of the interface",
      collect,
    )
    .option("--source-address <address>", "with --connect: an address of this host to call from")
    .option("--source-interface <name>", "send and receive through this interface only")
    .option("--firewall-mark <number>", "mark of what is sent, e.g. 0x51", mark)
    .option("--dscp <number>", "class of service of what is sent, 0 to 63", integer(0))
    .option("--clamp-mss", "lower the segment size of inner TCP connections to what fits")
    .option("--allow-public-peer", "clear text to an address of the Internet")
    .option("--allowed-ip <network/length>", "an inner source that the peer may use; may be given many times", collect)
}

export function addCreateOptions(command: Command): Command {
  return addEnds(
    command
      .requiredOption("--name <name>", "lower-case letters, digits and dashes")
      .requiredOption("--interface <name>", "an interface of this host")
      .addOption(
        transportOption(
          "what carries the packets; udp when left out, tcp for clear text; responder: no peer, this host itself answers ping, ARP, neighbour discovery and UDP echo",
        ),
      )
      .addOption(securityOption("; wireguard when left out")),
  ).option("--autostart", "start it now, and with Tundeck")
}

export function addChangeOptions(command: Command): Command {
  return addEnds(
    command
      .option("--name <name>", "another name")
      .option("--interface <name>", "another interface: a running tunnel begins anew")
      .addOption(transportOption("what carries the packets; a running tunnel goes over to it"))
      .addOption(securityOption("")),
  )
    .option("--autostart", "start it with Tundeck")
    .option("--no-autostart", "only when it is told to")
    .option("--no-fallback", "udp alone")
    .option("--no-framing", "simpletun's, the default")
    .option("--no-source-address", "any")
    .option("--no-source-interface", "any")
    .option("--no-firewall-mark", "none")
    .option("--no-dscp", "none")
    .option("--no-clamp-mss", "leave inner TCP connections alone")
    .option("--no-allow-public-peer", "refuse an address of the Internet")
    .option("--no-allowed-ip", "the networks of the interface")
}

function mark(text: string): number {
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text)) throw new InvalidArgumentError("A number, such as 81 or 0x51.")
  return Number(text)
}

function parseEvents(text: string): CaptureEvent[] {
  if (text === "none") return []
  return text.split(",").map((word) => {
    const event = captureEvents.find((one) => one === word)
    if (event === undefined) throw new InvalidArgumentError("drop, down, drop,down or none.")
    return event
  })
}
