import { closeSync } from "node:fs"
import { openRtnetlink, type Rtnetlink } from "@tundeck/native-bindings"
import { createNetworkNamespace, inNetworkNamespace } from "../launcher/network-namespace.ts"

export interface DemoNetwork {
  /** An fd of the network namespace of each host: they live as long as this process. */
  namespaces: readonly [number, number]
  close(): void
}

/** TEST-NET-1 (RFC 5737): the cable between the two hosts. */
export const cableAddresses = ["192.0.2.1", "192.0.2.2"] as const

const cable = "cable0"

/** Two namespaces without a name, joined by a veth pair. Nothing of it is ever in the machine's own namespace. */
export function createDemoNetwork(): DemoNetwork {
  const namespaces = [createNetworkNamespace(), createNetworkNamespace()] as const
  const [first, second] = namespaces
  configure(first, (rtnetlink) => {
    rtnetlink.linkAddVeth(cable, cable, { netnsFd: second })
    plugIn(rtnetlink, cableAddresses[0])
  })
  configure(second, (rtnetlink) => plugIn(rtnetlink, cableAddresses[1]))
  return { namespaces, close: () => namespaces.forEach((fd) => void closeSync(fd)) }
}

function plugIn(rtnetlink: Rtnetlink, address: string): void {
  const index = indexOf(rtnetlink, cable)
  rtnetlink.addressAdd({ index, address, prefixLength: 24 })
  rtnetlink.linkSet({ index, up: true })
  rtnetlink.linkSet({ index: indexOf(rtnetlink, "lo"), up: true })
}

function indexOf(rtnetlink: Rtnetlink, name: string): number {
  const link = rtnetlink.linkByName(name)
  if (link === undefined) throw new Error(`the new namespace has no ${name}`)
  return link.index
}

function configure(namespace: number, act: (rtnetlink: Rtnetlink) => void): void {
  inNetworkNamespace(namespace, () => {
    const rtnetlink = openRtnetlink()
    try {
      act(rtnetlink)
    } finally {
      rtnetlink.close()
    }
  })
}
