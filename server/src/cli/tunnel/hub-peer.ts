import type { RouteBody, routes } from "@tundeck/shared"
import { InvalidArgumentError } from "commander"

export type HubPeer = Extract<RouteBody<typeof routes.addPeer>, { address: string }>

/** `north=192.0.2.7,10.1.0.0/16,10.2.0.0/16`: a name, an address, and the networks behind it. What is wrong in them the server says. */
export function parseHubPeer(text: string): HubPeer {
  const [name = "", rest = ""] = text.split(/=(.*)/s)
  const [address = "", ...allowedIps] = rest.split(",").map((part) => part.trim())
  if (name === "" || address === "") {
    throw new InvalidArgumentError("Write a peer as name=address, or name=address,network/length,…")
  }
  return allowedIps.length === 0 ? { name, address } : { name, address, allowedIps }
}
