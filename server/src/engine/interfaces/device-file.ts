import { openTun, SyscallError } from "@tundeck/native-bindings"
import { Problem } from "@tundeck/shared"
import type { Broker } from "./broker.ts"

/** Answers a fresh fd of /dev/net/tun. Throws Problem: device-missing, device-denied. */
export type OpenDevice = () => number

/**
 * Asks the launcher for the device where there is a broker, or opens it itself: a process that is not root cannot open a node of
 * mode 0600, whatever capability it has. When the broker has none to give, our own attempt says why.
 */
export function createOpenDevice(broker: Broker | undefined): OpenDevice {
  return () => {
    try {
      return broker?.device() ?? openTun()
    } catch (error) {
      throw error instanceof SyscallError ? deviceProblem(error) : error
    }
  }
}

function deviceProblem({ code }: SyscallError): Problem {
  switch (code) {
    case "ENOENT":
    case "ENODEV":
    case "ENXIO":
      return new Problem("device-missing", `/dev/net/tun is missing. ${missingDeviceRemedy}`)
    case "EACCES":
    case "EPERM":
      return new Problem("device-denied", `The engine may not open /dev/net/tun. ${deniedDeviceRemedy}`)
    case "EMFILE":
    case "ENFILE":
      return new Problem("device-denied", "The engine has too many files open. Raise the limit: `ulimit -n 65536`.")
    default:
      return new Problem("device-denied", `/dev/net/tun cannot be opened (${code}).`)
  }
}

export const missingDeviceRemedy =
  "Load the driver: `modprobe tun`; give a container the device: `docker run --device /dev/net/tun …`."
export const deniedDeviceRemedy =
  "The kernel's documentation calls mode 0666 harmless: `chmod 0666 /dev/net/tun`. Or start Tundeck as root; it drops its privileges."
