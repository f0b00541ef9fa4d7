import type { RouteBody, routes } from "@tundeck/shared"
import { InvalidArgumentError } from "commander"

export type WireguardPeer = Extract<RouteBody<typeof routes.addPeer>, { publicKey: string }>

/** A name, a public key, an endpoint, networks; all but the key may be left out. */
const form = /^(?:([^=,@]*[^=,@/+A-Z])=)?([A-Za-z0-9+/]{43}=)(?:@([^,]+))?(?:,(.*))?$/s

/** `north=<public key>@192.0.2.7:51820,10.1.0.0/16`. What is wrong in the parts the server says. */
export function parseWireguardPeer(text: string): WireguardPeer {
  const [, name, publicKey, endpoint, networks] = form.exec(text) ?? []
  if (publicKey === undefined) {
    throw new InvalidArgumentError("Write a peer as [name=]publickey[@host:port][,network/length,…]")
  }
  return {
    publicKey,
    ...(name !== undefined && { name }),
    ...(endpoint !== undefined && { endpoint }),
    ...(networks !== undefined && { allowedIps: networks.split(",").map((network) => network.trim()) }),
  }
}
