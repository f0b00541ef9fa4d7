import {
  close,
  type Link,
  openRtnetlink,
  openTun,
  SyscallError,
  setNonBlocking,
  tunGetInterface,
  tunSetInterface,
  watchRtnetlink,
} from "@tundeck/native-bindings"
import { Problem } from "@tundeck/shared"
import type { Devices, InterfaceFacts } from "../engine/ports.ts"
import { StartError } from "../launcher/start-error.ts"

/** What other implementations give their interfaces: 1,500 bytes outside, whatever IP version carries them. */
const usualMtu = 1420
const shape = { kind: "tun", packetInfo: false, vnetHeader: true, multiQueue: false } as const

export interface SingleDevice {
  devices: Devices
  /** The interface goes with it. */
  close(): void
}

/**
 * Makes one tun interface, which lives as long as this process, and is all that there is. It may be moved to another network
 * namespace: then its facts are those it had here. Throws StartError.
 */
export function createSingleDevice(name: string): SingleDevice {
  const fd = makeInterface(name)
  const rtnetlink = openRtnetlink()
  const listeners = new Set<(name: string) => void>()
  const index = rtnetlink.linkByName(name)?.index
  if (index !== undefined) rtnetlink.linkSet({ index, mtu: usualMtu })
  let facts = factsOf(undefined)

  /** An index is of one namespace: an interface with another name has come by ours. */
  function look(): void {
    const link = index === undefined ? undefined : rtnetlink.linkByIndex(index)
    if (link?.name === name) facts = factsOf(link)
    for (const listener of listeners) listener(name)
  }

  look()
  const watch = watchRtnetlink({
    onEvent: (event) => {
      if ("link" in event && event.link.index === index) look()
    },
    onOverflow: look,
  })
  return {
    devices: {
      attach() {
        if (!isThere(fd)) throw new Problem("interface-not-found", `The interface ${name} was deleted.`)
        return { fd, ...shape, mtu: facts.mtu, mac: null }
      },
      detach: () => {},
      facts: () => facts,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    close() {
      watch.close()
      rtnetlink.close()
      close(fd)
    },
  }
}

function factsOf(link: Link | undefined): InterfaceFacts {
  const { mtu = usualMtu, up = false } = link ?? {}
  return { kind: "tun", mtu, mac: null, up, addresses: [], routes: [] }
}

function makeInterface(name: string): number {
  try {
    const fd = openTun()
    try {
      tunSetInterface(fd, { ...shape, name, exclusive: true })
      setNonBlocking(fd, true)
      return fd
    } catch (error) {
      close(fd)
      throw error
    }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    throw new StartError(textOf(name, error))
  }
}

function textOf(name: string, { call, code }: SyscallError): string {
  if (code === "EBUSY" || code === "EEXIST") return `There is an interface ${name} already.`
  if (code === "EPERM" || code === "EACCES") return `${call}: only root may make the interface ${name}.`
  if (code === "ENOENT" || code === "ENODEV") return "/dev/net/tun is missing. Load the driver: `modprobe tun`."
  return `The interface ${name} cannot be made: ${call}: ${code}.`
}

/** EBADFD: it was deleted, in whatever namespace it was by then. */
function isThere(fd: number): boolean {
  try {
    tunGetInterface(fd)
    return true
  } catch (error) {
    if (error instanceof SyscallError) return false
    throw error
  }
}
