import { ipFamily, networkOf, parsePrefix } from "../model/address.ts"
import { formatEndpoint, parseEndpoint } from "../model/endpoint.ts"
import { interfaceAddress, tunnelName } from "../model/fields.ts"
import { wireguardKey } from "../model/wireguard.ts"

/** The values of a file's settings; a string that begins with a capital is what is wrong with it. */

type Read<T> = { value: T } | { wrong: string }

const wrong = (message: string) => ({ wrong: message })

const zeroKey = `${"A".repeat(43)}=`

export function readKey(text: string): Read<string> {
  const parsed = wireguardKey.safeParse(text)
  return parsed.success ? { value: parsed.data } : wrong(parsed.error.issues[0]?.message ?? "This is no key.")
}

/** All zero is WireGuard's way to write that there is none. */
export function readPresharedKey(text: string): Read<string | null> {
  return text === zeroKey ? { value: null } : readKey(text)
}

export function readNumber(least: number, most: number): (text: string) => Read<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return { value }
    return wrong(`Write a whole number from ${least} to ${most}.`)
  }
}

/** `off` and 0 are none. */
export function readMark(text: string): Read<number | null> {
  if (/^off$/i.test(text)) return { value: null }
  const value = Number(text)
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) || value > 0xffff_ffff)
    return wrong("Write a number such as 81 or 0x51, or off.")
  return { value: value === 0 ? null : value }
}

export function readKeepalive(text: string): Read<number> {
  return /^off$/i.test(text) ? { value: 0 } : readNumber(0, 65_535)(text)
}

export function readEndpoint(text: string): Read<string> {
  const parsed = parseEndpoint(text)
  if (parsed !== undefined) return { value: formatEndpoint(parsed) }
  return wrong("Write host:port, such as 192.0.2.7:51820, [2001:db8::1]:51820 or peer.example.org:51820.")
}

export function readTable(text: string): Read<"auto" | "off"> {
  const word = text.toLowerCase()
  if (word === "auto" || word === "off") return { value: word }
  return wrong("Routes go into the main table only: write off here, and make routes in other tables yourself.")
}

const withLength = (text: string) => (text.includes("/") ? text : `${text}/${ipFamily(text) === 6 ? 128 : 32}`)

/** Without a length it is one address. */
export function readAddress(text: string): Read<string> {
  const parsed = interfaceAddress.safeParse(withLength(text))
  return parsed.success ? { value: parsed.data } : wrong(parsed.error.issues[0]?.message ?? "This is no address.")
}

/** Host bits are cleared, as `wg` does; `masked` says that there were some. */
export function readNetwork(text: string): Read<{ network: string; masked: boolean }> {
  const prefix = parsePrefix(withLength(text))
  if (prefix === undefined) return wrong("Write network/length, such as 10.0.1.0/24 or fd00:1::/64.")
  const network = networkOf(prefix)
  return { value: { network, masked: network !== `${prefix.address}/${prefix.length}` } }
}

export function readResolver(text: string): Read<string> {
  return /^[a-z0-9_.:-]{1,253}$/i.test(text)
    ? { value: text }
    : wrong("Write the addresses of name servers, or domains.")
}

export function readName(text: string): string | null {
  const parsed = tunnelName.safeParse(text)
  return parsed.success ? parsed.data : null
}
