import {
  type InviteAccept,
  interfaceCreate,
  Problem,
  parsedBy,
  parseWgQuick,
  type TunnelConfig,
  type TunnelImported,
  tunnelCreate,
  type WgQuickConf,
  type WgQuickImport,
} from "@tundeck/shared"
import type { z } from "zod"
import type { Interfaces } from "./interfaces.ts"
import { invitationOf } from "./invites/invitation.ts"
import { wireguardOf } from "./tunnel-keys.ts"
import type { Tunnels } from "./tunnels.ts"
import { confTextOf } from "./wg-quick/conf-of-tunnel.ts"
import { tunnelOfConf } from "./wg-quick/tunnel-of-conf.ts"

interface Made {
  name: string
  interface: string
  kind: "tun" | "tap"
  transport: Pick<TunnelConfig["transport"], "kind" | "fallback">
  autostart: boolean
  conf: string
  /** The field that the text came in. */
  field: string
}

/** Tunnels, with their interfaces, from what others wrote: files of wg-quick(8), and codes of invites; and such files of tunnels. */
export class TunnelImports {
  readonly #tunnels: Tunnels
  readonly #interfaces: Interfaces
  readonly #now: () => number

  constructor(of: { tunnels: Tunnels; interfaces: Interfaces; now: () => number }) {
    this.#tunnels = of.tunnels
    this.#interfaces = of.interfaces
    this.#now = of.now
  }

  import(actor: string, wish: WgQuickImport): Promise<TunnelImported> {
    const { name, interface: over = interfaceNameOf(name), conf, autostart } = wish
    const transport = { kind: "udp" } as const
    return this.#make(actor, { name, interface: over, kind: "tun", transport, autostart, conf, field: "conf" })
  }

  /** Throws Problem validation-failed for what is no code, invite-gone for one that came too late. */
  async accept(actor: string, wish: InviteAccept): Promise<TunnelImported> {
    const invitation = invitationOf(wish.code)
    if (invitation === undefined) {
      const message = "This is no code of an invite, or not the whole of it: copy it again."
      throw new Problem("validation-failed", undefined, [{ path: "code", message }])
    }
    const { tunnel, interfaceKind: kind, transport, conf, expiresAt } = invitation
    if (expiresAt <= this.#now()) throw new Problem("invite-gone", "It has expired: ask for a new one.")
    const name = wish.name ?? tunnel
    const over = wish.interface ?? interfaceNameOf(name)
    return this.#make(actor, { name, interface: over, kind, transport, autostart: wish.autostart, conf, field: "code" })
  }

  async export(idOrName: string): Promise<{ name: string; text: string }[]> {
    const { config } = this.#tunnels.row(idOrName)
    const security = wireguardOf(config)
    const over = await this.#interfaces.read(config.interface).catch(undefinedUnlessFault)
    return [{ name: `${config.interface}.conf`, text: confTextOf({ config, security, interface: over }) }]
  }

  /** The interface first; when the tunnel cannot be made, it goes again. */
  async #make(actor: string, made: Made): Promise<TunnelImported> {
    const conf = readConf(made)
    const from = tunnelOfConf(conf)
    const wish = inField(made.field, () => {
      return {
        interface: parsedBy(interfaceCreate, { name: made.interface, kind: made.kind, ...from.interface }),
        tunnel: parsedBy(tunnelCreate, {
          name: made.name,
          interface: made.interface,
          transport: { ...made.transport, ...from.transport },
          security: from.security,
          autostart: made.autostart,
        } satisfies z.input<typeof tunnelCreate>),
      }
    })
    if (this.#tunnels.view(made.name) !== undefined) {
      const errors = [{ path: "name", message: "Choose another name." }]
      throw new Problem("tunnel-exists", `There is a tunnel ${made.name}.`, errors)
    }
    const { name } = await this.#interfaces.create(actor, wish.interface)
    try {
      const tunnel = await this.#tunnels.create(actor, wish.tunnel)
      return { tunnel, interface: name, notes: from.notes }
    } catch (error) {
      await this.#interfaces.delete(actor, name).catch(() => {}) // what failed first is what the caller hears
      throw error
    }
  }
}

function readConf({ conf: text, field }: Made): WgQuickConf {
  const { conf, faults } = parseWgQuick(text)
  if (faults.length === 0) return conf
  const errors = faults.map(({ line, message }) => ({ path: field, message: `Line ${line}: ${message}` }))
  throw new Problem("validation-failed", "The file cannot be taken as it is.", errors)
}

/** What the schemas say of parts of the file is told at the one field that it came in. */
function inField<T>(field: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const own = new Set(["name", "interface"])
    const errors = error.errors?.map(({ path, message }) => {
      return own.has(path) ? { path, message } : { path: field, message: `${path}: ${message}` }
    })
    throw new Problem(error.code, error.detail, errors)
  }
}

/** As much of it as a Linux interface's name can hold. */
function interfaceNameOf(name: string): string {
  return name.slice(0, 15)
}

function undefinedUnlessFault(error: unknown): undefined {
  if (error instanceof Problem) return undefined
  throw error
}
