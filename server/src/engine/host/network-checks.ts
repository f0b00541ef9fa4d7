import { readFileSync } from "node:fs"
import type { Link } from "@tundeck/native-bindings"
import type { HostCheck } from "@tundeck/shared"

/** A value of /proc/sys in the calling thread's network namespace; undefined where this kernel has no such setting. */
export type ReadSetting = (name: string) => string | undefined

export const readSysctl: ReadSetting = (name) => {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll(".", "/")}`, "utf8").trim()
  } catch {
    return undefined
  }
}

/** Off is well, too: only who passes packets on to other networks needs it. So it is told, with the command. */
export function forwardingCheck(family: 4 | 6, read = readSysctl): HostCheck {
  const setting = family === 4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
  const isOn = read(setting) === "1"
  return {
    id: `forwarding-ipv${family}`,
    ok: true,
    title: `IPv${family} forwarding is ${isOn ? "on" : "off"}`,
    detail: isOn
      ? "This host passes packets on between its interfaces."
      : `This host does not pass packets on: enough for itself; a router needs \`sysctl -w ${setting}=1\`.`,
    remedy: null,
  }
}

export function ipv6Check(read = readSysctl): HostCheck {
  const disabled = ["all", "default"].filter((scope) => read(`net.ipv6.conf.${scope}.disable_ipv6`) === "1")
  const isBuiltIn = read("net.ipv6.conf.all.disable_ipv6") !== undefined
  const ok = isBuiltIn && disabled.length === 0
  const settings = disabled.map((scope) => `net.ipv6.conf.${scope}.disable_ipv6=0`).join(" ")
  return {
    id: "ipv6",
    ok,
    title: ok ? "IPv6 is on" : "IPv6 is off",
    detail: ok ? "Interfaces may have IPv6 addresses." : "Interfaces cannot have IPv6 addresses.",
    remedy: ok
      ? null
      : isBuiltIn
        ? `\`sysctl -w ${settings}\``
        : "Boot without `ipv6.disable=1` on the kernel's command line.",
  }
}

/** Strict (1): a packet is dropped in silence when its answer would leave through another interface. */
export function reversePathCheck(read = readSysctl): HostCheck {
  const strict = ["all", "default"].filter((scope) => read(`net.ipv4.conf.${scope}.rp_filter`) === "1")
  const ok = strict.length === 0
  const settings = strict.map((scope) => `net.ipv4.conf.${scope}.rp_filter=2`).join(" ")
  return {
    id: "rp-filter",
    ok,
    title: ok ? "Reverse path filtering is not strict" : "Reverse path filtering is strict",
    detail: ok
      ? "Packets from a tunnel are not dropped for the road of their answers."
      : "The kernel drops, in silence, packets from a tunnel whose answers would leave through another interface.",
    remedy: ok ? null : `\`sysctl -w ${settings}\``,
  }
}

const leastIpv6Mtu = 1280 // RFC 8200, section 5

/** The links that can carry a tunnel. */
export function mtuCheck(links: readonly Pick<Link, "name" | "mtu" | "tun" | "up">[]): HostCheck {
  const carriers = links.filter((link) => link.tun === undefined && link.name !== "lo" && link.up)
  const small = carriers.find((link) => link.mtu < leastIpv6Mtu)
  const list = carriers.slice(0, 8).map((link) => `${link.name} ${link.mtu}`)
  return {
    id: "mtu",
    ok: small === undefined,
    title: small === undefined ? "The links' MTU is large enough" : `The MTU of ${small.name} is below ${leastIpv6Mtu}`,
    detail:
      list.length === 0 ? "No link but loopback is up." : `${list.join(", ")}${carriers.length > 8 ? ", …" : ""}.`,
    remedy: small === undefined ? null : `\`ip link set ${small.name} mtu 1500\`, if its network carries that.`,
  }
}

/** Certificates, sign-ins and the time line need a clock that somebody set. */
export function clockCheck(now: number): HostCheck {
  const ok = new Date(now).getUTCFullYear() >= 2025
  return {
    id: "clock",
    ok,
    title: ok ? "The clock is set" : "The clock is not set",
    detail: new Date(now).toISOString(),
    remedy: ok ? null : "`timedatectl set-ntp true`, or `date -s`.",
  }
}
