import { Problem, type TunnelConfig, type TunnelView, type WireguardConfig } from "@tundeck/shared"
import { newPrivateKey } from "../../wireguard/keys.ts"
import type { Tunnels } from "./tunnels.ts"

/** The tunnel's own keys. A rotation keeps the one before, so that no peer is cut off before it knows the new one. */
export class TunnelKeys {
  readonly #tunnels: Tunnels

  constructor(tunnels: Tunnels) {
    this.#tunnels = tunnels
  }

  /** Throws Problem tunnel-without-keys, previous-key-in-use. */
  rotate(actor: string, idOrName: string): Promise<TunnelView> {
    return this.#update(actor, idOrName, { action: "rotateKey", text: "Key rotated" }, (security) => {
      const { privateKey, previousPrivateKey } = security
      if (previousPrivateKey !== undefined) throw new Problem("previous-key-in-use", "Retire the previous key first.")
      return { ...security, privateKey: newPrivateKey(), previousPrivateKey: privateKey }
    })
  }

  /** Throws Problem tunnel-without-keys. */
  retire(actor: string, idOrName: string): Promise<TunnelView> {
    const said = { action: "retireKey", text: "Previous key retired" }
    return this.#update(actor, idOrName, said, ({ previousPrivateKey: _, ...security }) => security)
  }

  #update(
    actor: string,
    idOrName: string,
    said: { action: string; text: string },
    change: (security: WireguardConfig) => WireguardConfig,
  ): Promise<TunnelView> {
    return this.#tunnels.update(actor, idOrName, (before) => {
      const security = change(wireguardOf(before))
      return { ...said, after: { ...before, security }, detail: undefined, hosts: [] }
    })
  }
}

/** Throws Problem tunnel-without-keys. */
export function wireguardOf({ name, security }: TunnelConfig): WireguardConfig {
  if (security.kind === "wireguard") return security
  throw new Problem("tunnel-without-keys", `${name} is clear text.`)
}
