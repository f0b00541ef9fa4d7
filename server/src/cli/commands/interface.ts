import { type DriftField, driftFields, type InterfaceView, routes } from "@tundeck/shared"
import { Command, Option } from "commander"
import { collect, collectParsed, contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { type InterfaceOptions, interfaceBody, parseDriftField, parseRoute } from "../interface-body.ts"
import { printFields, printJson, printLine, printTable } from "../output.ts"

const formats = ["networkd", "networkmanager", "ip", "tunctl"] as const

export function interfaceCommand(): Command {
  return new Command("interface")
    .description("TUN and TAP interfaces of the host")
    .addCommand(list())
    .addCommand(create())
    .addCommand(show())
    .addCommand(remove())
    .addCommand(adopt())
    .addCommand(release())
    .addCommand(repair())
    .addCommand(exportCommand())
}

function list(): Command {
  return newCommand("list")
    .description("every tun and tap of the machine, ours or not")
    .action(async (options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listInterfaces, {})
      if (json) return printJson(answer)
      const head = ["NAME", "KIND", "STATE", "MTU", "ADDRESSES", "OWNER", "MANAGED", "HELD BY", "DRIFT"]
      printTable(head, answer.items.map(row), "There is no tun or tap interface on this machine.")
    })
}

function create(): Command {
  return newCommand("create")
    .description("create an interface and save it")
    .option("--name <name>", "at most 15 characters; left out, the kernel picks one")
    .addOption(new Option("--kind <kind>", "tun carries IP packets, tap Ethernet frames").choices(["tun", "tap"]))
    .option("--owner <user>", "who may attach without any capability: a name or a number")
    .option("--group <group>", "whose members may attach")
    .option("--mtu <bytes>", "68 to 65535", integer(0))
    .option("--mac <address>", "tap only")
    .option("--bridge <name>", "tap only: an existing bridge to join")
    .option("--address <address/length>", "may be given many times", collect)
    .option(
      "--route <route>",
      "network/length[,via gateway][,metric n]; may be given many times",
      collectParsed(parseRoute),
    )
    .option("--transient", "goes when no process holds it")
    .option("--multi-queue", "several file descriptors may attach at once")
    .option("--packet-info", "four bytes of flags and protocol before each packet")
    .option("--no-vnet-header", "no virtio header before each packet: one packet at a time")
    .option("--down", "leave it down")
    .option("--no-heal", "show what others change instead of putting it back")
    .option("--ignore-drift <field>", "a field whose drift is not shown", collectParsed(parseDriftField))
    .action(async (options: GlobalOptions & InterfaceOptions) => {
      const { call, json } = contextOf(options)
      const made = await call(routes.createInterface, { body: interfaceBody(options) })
      if (json) return printJson(made)
      printLine(`Created ${made.name}.`)
    })
}

function show(): Command {
  return newCommand("show")
    .argument("<name>")
    .description("one interface: wanted, actual, drift, holders")
    .action(async (name: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const view = await call(routes.readInterface, { params: { name } })
      if (json) printJson(view)
      else printView(view)
    })
}

function remove(): Command {
  return newCommand("delete")
    .argument("<name>")
    .description("delete a managed interface from the kernel and forget it")
    .action(async (name: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.deleteInterface, { params: { name } })
      if (!options.json) printLine(`Deleted ${name}.`)
    })
}

function adopt(): Command {
  return newCommand("adopt")
    .argument("<name>")
    .description("take over an interface as it is now: nothing about it changes")
    .action(async (name: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const view = await call(routes.adoptInterface, { params: { name } })
      if (json) return printJson(view)
      printLine(`Adopted ${name}.`)
    })
}

function release(): Command {
  return newCommand("release")
    .argument("<name>")
    .description("forget an interface; it stays in the kernel")
    .action(async (name: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.releaseInterface, { params: { name } })
      if (!options.json) printLine(`Released ${name}.`)
    })
}

function repair(): Command {
  return newCommand("repair")
    .argument("<name>")
    .argument(
      "[fields...]",
      `those to put back, all when none is named: ${driftFields.join(", ")}`,
      collectParsed(parseDriftField),
    )
    .description("put drifted fields back as wanted")
    .action(async (name: string, fields: DriftField[], options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const body = fields.length === 0 ? {} : { fields }
      const view = await call(routes.repairInterface, { params: { name }, body })
      if (json) return printJson(view)
      const left = driftOf(view)
      printLine(left === "" ? `${name} is as wanted.` : `${name} still differs: ${left}.`)
    })
}

function exportCommand(): Command {
  return newCommand("export")
    .argument("<name>")
    .description("the same interface in another tool's words")
    .addOption(new Option("--format <format>").choices([...formats]).default("ip"))
    .action(async (name: string, options: GlobalOptions & { format: (typeof formats)[number] }) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.exportInterface, { params: { name }, query: { format: options.format } })
      if (json) return printJson(answer)
      for (const file of answer.files) process.stdout.write(`# ${file.name}\n${file.text.replace(/\n?$/, "\n")}`)
    })
}

function row(view: InterfaceView) {
  return [
    view.name,
    view.kind,
    stateOf(view),
    view.actual?.mtu ?? view.mtu,
    (view.actual?.addresses ?? view.addresses).join(" ") || null,
    view.actual?.ownerName ?? view.actual?.owner ?? view.owner,
    view.managed ? "yes" : "no",
    holdersOf(view).join(" ") || null,
    driftOf(view) || null,
  ]
}

function printView(view: InterfaceView): void {
  const { actual } = view
  printFields([
    ["name", view.name],
    ["kind", view.kind],
    ["state", stateOf(view)],
    ["managed", view.managed ? "yes" : "no"],
    ["persistent", view.persistent ? "yes" : "no"],
    ["owner", actual?.ownerName ?? actual?.owner ?? view.owner],
    ["group", actual?.groupName ?? actual?.group ?? view.group],
    ["mtu", actual?.mtu ?? view.mtu],
    ["mac", actual?.mac ?? view.mac],
    ["bridge", actual?.bridge ?? view.bridge],
    ["addresses", listed(actual?.addresses ?? view.addresses)],
    ["routes", listed((actual?.routes ?? view.routes).map(routeText))],
    ["held by", listed(holdersOf(view))],
    ["received", actual && `${actual.statistics.receivedPackets} packets, ${actual.statistics.receivedBytes} bytes`],
    ["sent", actual && `${actual.statistics.sentPackets} packets, ${actual.statistics.sentBytes} bytes`],
    ["dropped", actual && `${actual.statistics.sendDropped} when the queue was full`],
    ["drift", listed(view.drift.map(driftText))],
  ])
}

function listed(values: string[]): string[] {
  return values.length === 0 ? ["-"] : values
}

function stateOf({ actual }: InterfaceView): string {
  if (actual === null) return "missing"
  return actual.up ? "up" : "down"
}

function holdersOf(view: InterfaceView): string[] {
  return view.holders.map(({ command, pid }) => `${command}(${pid})`)
}

function driftOf(view: InterfaceView): string {
  return view.drift
    .filter((drift) => !drift.ignored)
    .map((drift) => drift.field)
    .join(" ")
}

function driftText({ field, wanted, actual, ignored }: InterfaceView["drift"][number]): string {
  return `${field}: wanted ${JSON.stringify(wanted)}, is ${JSON.stringify(actual)}${ignored ? " (ignored)" : ""}`
}

function routeText({ destination, gateway, metric }: InterfaceView["routes"][number]): string {
  return `${destination}${gateway === undefined ? "" : ` via ${gateway}`}${metric === undefined ? "" : ` metric ${metric}`}`
}
