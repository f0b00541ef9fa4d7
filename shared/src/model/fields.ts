import { z } from "zod"
import { canonicalAddress, isHostAddress, networkOf, parsePrefix } from "./address.ts"
import { formatEndpoint, parseEndpoint } from "./endpoint.ts"

/** Field schemas with the words a person reads when one is wrong. Each says what is allowed. */

const reservedNames = new Set(["all", "default"]) // directories of net.ipv4.conf

/** IFNAMSIZ is 16 with the closing zero. A strict subset of what the kernel takes: no blank, slash, colon, `%d`, leading dash or dots alone. */
export const interfaceName = z
  .string()
  .min(1, "Give a name.")
  .max(15, "A Linux interface name has at most 15 characters.")
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    "Use letters, digits, dot, dash and underscore; begin with a letter or digit. A pattern such as tun%d is not needed: leave the name out and the kernel picks one.",
  )
  .refine((name) => !name.includes(".."), "Two dots in a row are not allowed.")
  .refine((name) => !reservedNames.has(name), "The kernel keeps this word for itself (net.ipv4.conf.*).")

export const mtu = z
  .int("A whole number of bytes.")
  .min(68, "The kernel takes an MTU from 68 to 65,535 bytes.")
  .max(65_535, "The kernel takes an MTU from 68 to 65,535 bytes.")

export const ipAddress = z.string().transform((text, context) => {
  const address = canonicalAddress(text)
  if (address !== undefined) return address
  context.addIssue({
    code: "custom",
    message: "Write an IP address such as 10.0.0.1 or fd00::1: no leading zeros, no zone, no IPv4-mapped form.",
  })
  return z.NEVER
})

/** An interface's own address with its prefix length: host bits stay. */
export const interfaceAddress = z.string().transform((text, context) => {
  const prefix = parsePrefix(text)
  if (prefix && isHostAddress(prefix.address)) return `${prefix.address}/${prefix.length}`
  if (prefix) {
    context.addIssue({
      code: "custom",
      message: `${prefix.address} is no host's own address: it is unspecified or multicast.`,
    })
    return z.NEVER
  }
  context.addIssue({
    code: "custom",
    message: "Write address/length, such as 10.0.0.1/24 or fd00::1/64: no leading zeros, no zone, no IPv4-mapped form.",
  })
  return z.NEVER
})

/** A network: host bits must be zero, so that a typing error is seen. */
export const network = z.string().transform((text, context) => {
  const prefix = parsePrefix(text === "default" ? "0.0.0.0/0" : text)
  if (!prefix) {
    context.addIssue({ code: "custom", message: "Write network/length, such as 10.0.1.0/24 or fd00:1::/64." })
    return z.NEVER
  }
  const canonical = networkOf(prefix)
  if (canonical !== `${prefix.address}/${prefix.length}`) {
    context.addIssue({ code: "custom", message: `Host bits are set; the network is ${canonical}.` })
    return z.NEVER
  }
  return canonical
})

export const macAddress = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, "Write six pairs of hex digits, such as 02:00:00:00:00:01.")
  .transform((text) => text.toLowerCase())
  .refine(
    (mac) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0,
    "A group (multicast) address cannot be an interface's own.",
  )
  .refine((mac) => mac !== "00:00:00:00:00:00", "The all-zero address cannot be an interface's own.")

/** A user or group: a name of this machine, or a number. */
export const account = z.union([
  z.int().min(0, "An id is 0 or more.").max(0xffff_fffe, "An id is below 4,294,967,295."),
  z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}\$?$/i, "Write the name or the number of an account of this machine."),
])

export const endpoint = z.string().transform((text, context) => {
  const parsed = parseEndpoint(text)
  if (parsed) return formatEndpoint(parsed)
  context.addIssue({
    code: "custom",
    message:
      "Write host:port, such as 192.168.1.7:55555, [fd00::1]:55555 or peer.example.org:55555; ports run from 1 to 65,535.",
  })
  return z.NEVER
})

export const tunnelName = z
  .string()
  .min(1, "Give a name.")
  .max(32, "At most 32 characters.")
  .regex(/^[a-z0-9][a-z0-9-]*$/, "Use lower-case letters, digits and dashes; begin with a letter or digit.")
