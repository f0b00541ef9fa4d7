import { capability, close, getCapabilities, type Rtnetlink, tunFlags, tunGetFeatures } from "@tundeck/native-bindings"
import { type HostCheck, Problem } from "@tundeck/shared"
import { deniedDeviceRemedy, missingDeviceRemedy, type OpenDevice } from "../interfaces/device-file.ts"
import { clockCheck, forwardingCheck, ipv6Check, mtuCheck, reversePathCheck } from "./network-checks.ts"

export interface HostParts {
  openDevice: OpenDevice
  rtnetlink: Rtnetlink
  now: () => number
}

/** The preflight: what this machine lacks for interfaces and tunnels, and the exact command that mends it. */
export function checkHost({ openDevice, rtnetlink, now }: HostParts): HostCheck[] {
  return [
    ...deviceChecks(openDevice),
    capabilityCheck(
      "cap-net-admin",
      "CAP_NET_ADMIN",
      capability.netAdmin,
      "create and change interfaces",
      "Without it Tundeck can still attach to persistent interfaces whose owner it is.",
    ),
    capabilityCheck(
      "cap-net-raw",
      "CAP_NET_RAW",
      capability.netRaw,
      "carry tunnels in ICMP",
      "TCP tunnels do not need it.",
    ),
    ipv6Check(),
    forwardingCheck(4),
    forwardingCheck(6),
    reversePathCheck(),
    mtuCheck(rtnetlink.links()),
    clockCheck(now()),
  ]
}

function deviceChecks(openDevice: OpenDevice): HostCheck[] {
  let fd: number
  try {
    fd = openDevice()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const isMissing = error.code === "device-missing"
    return [
      {
        id: "tun-device",
        ok: false,
        title: isMissing ? "/dev/net/tun is missing" : "/dev/net/tun may not be opened",
        detail: error.message,
        remedy: isMissing ? missingDeviceRemedy : deniedDeviceRemedy,
      },
    ]
  }
  try {
    const features = tunGetFeatures(fd)
    return [
      {
        id: "tun-device",
        ok: true,
        title: "/dev/net/tun can be opened",
        detail: "The tun driver answers.",
        remedy: null,
      },
      featureCheck(features, "vnet-header", tunFlags.vnetHeader, "Segmentation offload (IFF_VNET_HDR)"),
      featureCheck(features, "multi-queue", tunFlags.multiQueue, "Multi-queue (IFF_MULTI_QUEUE)"),
    ]
  } finally {
    close(fd)
  }
}

function featureCheck(features: number, id: string, flag: number, title: string): HostCheck {
  const ok = (features & flag) !== 0
  const detail = ok ? "The kernel has it." : "This kernel does not have it: packets pass, but slower."
  return { id, ok, title, detail, remedy: ok ? null : "Boot a kernel of 3.8 or later: `uname -r` says which one runs." }
}

function capabilityCheck(id: string, name: string, number: number, purpose: string, without: string): HostCheck {
  const ok = getCapabilities().effective.includes(number)
  return {
    id,
    ok,
    title: ok ? `The engine has ${name}` : `The engine lacks ${name}`,
    detail: ok ? `It may ${purpose}.` : `It is needed to ${purpose}. ${without}`,
    remedy: ok
      ? null
      : `Start Tundeck as root (it drops all else), give a container \`--cap-add ${name.replace("CAP_", "")}\`, ` +
        `or a systemd unit \`AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW\`.`,
  }
}
