import { type InterfaceCreate, type InterfaceWanted, Problem } from "@tundeck/shared"

/** The kernel has no IPv6 on a link whose MTU is below this (RFC 8200, section 5). */
const leastIpv6Mtu = 1280

/** Throws Problem for a wish whose fields do not go together. */
export function checkWish(wish: InterfaceCreate | InterfaceWanted): void {
  const ipv6 = wish.addresses.find((address) => address.includes(":"))
  if (ipv6 === undefined || wish.mtu >= leastIpv6Mtu) return
  const message = `IPv6 needs an MTU of at least ${leastIpv6Mtu} bytes: raise it, or leave out ${ipv6}.`
  throw new Problem("validation-failed", message, [{ path: "mtu", message }])
}
