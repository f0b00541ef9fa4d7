import { canonicalAddress } from "./address.ts"

/** host:port as people write it: "10.0.0.1:55555", "[fd00::1]:55555", "peer.example.org:55555". */
export interface Endpoint {
  host: string
  port: number
}

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
const hostName = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`)

export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(0|[1-9]\d{0,4})$/.exec(text)
  if (!match) return undefined
  const port = Number(match[3])
  if (port < 1 || port > 65535) return undefined
  const bracketed = match[1]
  if (bracketed !== undefined) {
    const host = canonicalAddress(bracketed)
    return host?.includes(":") ? { host, port } : undefined
  }
  const plain = match[2] ?? ""
  const address = canonicalAddress(plain)
  if (address !== undefined) return { host: address, port }
  // Digits and dots alone look like an address: "10.1" and "010.0.0.1" are mistakes, not names.
  if (/^[0-9.]+$/.test(plain) || !hostName.test(plain)) return undefined
  return { host: plain.toLowerCase(), port }
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`
}
