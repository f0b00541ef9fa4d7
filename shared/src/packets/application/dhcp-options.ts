import { ipv4Text } from "../address-text.ts"
import { nameText, numberAt, rawBytes, utf8 } from "../readers.ts"
import { type Span, seenLength } from "../span.ts"

// IANA's registry of BOOTP and DHCP options, those that are met
const names = new Map<number, string>([
  [1, "Subnet Mask"],
  [3, "Router"],
  [6, "Domain Name Server"],
  [12, "Host Name"],
  [15, "Domain Name"],
  [26, "Interface MTU"],
  [28, "Broadcast Address"],
  [42, "Network Time Protocol Servers"],
  [50, "Requested IP Address"],
  [51, "IP Address Lease Time"],
  [53, "DHCP Message Type"],
  [54, "DHCP Server Identifier"],
  [55, "Parameter Request List"],
  [56, "Message"],
  [57, "Maximum DHCP Message Size"],
  [58, "Renewal Time Value"],
  [59, "Rebinding Time Value"],
  [60, "Vendor class identifier"],
  [61, "Client identifier"],
  [66, "TFTP Server Name"],
  [67, "Bootfile name"],
  [77, "User Class"],
  [80, "Rapid Commit"],
  [81, "Client Fully Qualified Domain Name"],
  [82, "Agent Information Option"],
  [91, "Client Last Transaction Time"],
  [92, "Associated IP"],
  [116, "Auto-Configuration"],
  [119, "Domain Search"],
  [121, "Classless Static Route"],
  [145, "Forcerenew Nonce Capable"],
  [150, "TFTP Server Address"],
])
const addresses = new Set([1, 3, 6, 28, 42, 50, 54, 92, 150])
const texts = new Set([12, 15, 56, 60, 66, 67])
const seconds = new Set([51, 58, 59, 91])
const numbers = new Set([26, 57])
const mostAddresses = 8

/** "Router (3): 10.0.0.1" */
export function dhcpOptionText(code: number, value: Span, known?: string): string {
  return `${nameText(names, code)}: ${known ?? valueText(code, value, seenLength(value))}`
}

function valueText(code: number, value: Span, length: number): string {
  if (addresses.has(code) && length > 0 && length % 4 === 0) {
    const count = Math.min(length / 4, mostAddresses)
    return Array.from({ length: count }, (_, index) => ipv4Text(value, index * 4)).join(", ")
  }
  if (texts.has(code)) return utf8(value, 0, length)
  if (seconds.has(code) && length === 4) return `${numberAt(value, 0, 4)} s`
  return numbers.has(code) && length === 2 ? String(numberAt(value, 0, 2)) : rawBytes(value, 0, length)
}
