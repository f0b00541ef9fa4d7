import type { inviteCreate, TunnelView } from "@tundeck/shared"
import { defaultInviteSeconds, formatEndpoint, parseEndpoint } from "@tundeck/shared"
import type { z } from "zod"
import { networkList } from "../form/networks.ts"

type InviteBody = z.input<typeof inviteCreate>

/** What a person says about whom they invite. */
export interface InviteValues {
  form: "tundeck" | "conf"
  name: string
  /** Addresses inside, and networks behind it; with commas between them. */
  allowed: string
  /** Where the invited side reaches this tunnel. */
  endpoint: string
  expiresInSeconds: string
  /** What it reaches through the tunnel; left empty, the networks of the interface. */
  routes: string
  dns: string
  withPresharedKey: boolean
}

export const inviteSpans = [
  { seconds: 3_600, words: "hour" },
  { seconds: 86_400, words: "day" },
  { seconds: 7 * 86_400, words: "week" },
  { seconds: 30 * 86_400, words: "month" },
] as const

interface Proposed {
  form: InviteValues["form"]
  tunnel: Pick<TunnelView, "transport" | "security">
  /** Free networks inside, for one peer more. */
  networks: string
  /** Where this page was loaded from; undefined for this machine itself. */
  pageHost: string | undefined
}

export function newInvite({ form, tunnel, networks, pageHost }: Proposed): InviteValues {
  return {
    form,
    name: freeName(form === "conf" ? "phone" : "tundeck", tunnel.security.peers ?? []),
    allowed: networks,
    endpoint: reachedAt(tunnel.transport, pageHost),
    expiresInSeconds: String(defaultInviteSeconds),
    routes: "",
    dns: "",
    withPresharedKey: true,
  }
}

const anywhere = new Set(["0.0.0.0", "::"])

/** The address it listens on, else this page's host, with the port; "" while either is not known. */
function reachedAt({ listen }: TunnelView["transport"], pageHost: string | undefined): string {
  const here = parseEndpoint(listen ?? "")
  const host = here === undefined || anywhere.has(here.host) ? pageHost : here.host
  return here === undefined || host === undefined ? "" : formatEndpoint({ host, port: here.port })
}

function freeName(word: string, peers: readonly { name: string }[]): string {
  const taken = new Set(peers.map(({ name }) => name))
  let number = 1
  while (taken.has(`${word}-${number}`)) number += 1
  return `${word}-${number}`
}

/** POST /tunnels/{id}/invites; what is left empty is left to the panel. */
export function inviteBody(values: InviteValues): InviteBody {
  const { form, name, allowed, endpoint, expiresInSeconds, withPresharedKey } = values
  const [routes, dns] = [networkList(values.routes), networkList(values.dns)]
  return {
    form,
    name: name.trim(),
    allowedIps: networkList(allowed),
    ...(endpoint.trim() !== "" && { endpoint: endpoint.trim() }),
    ...(routes.length > 0 && { routes }),
    ...(dns.length > 0 && { dns }),
    expiresInSeconds: Number(expiresInSeconds),
    withPresharedKey,
  }
}

/** Where the panel's and the schema's paths stand in the form. */
export function inviteField(path: string): string {
  const [field = path] = path.split(".")
  return field === "allowedIps" || field === "addresses" ? "allowed" : field
}
