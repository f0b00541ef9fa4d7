// The tutorial's program in C, at both ends.
import { startSimpletun } from "../../testing/peers/simpletun.ts"
import { type Contender, inner, outer, reachable } from "../lab.ts"

function simpletun(id: string, name: string, what: string, noDelay: boolean): Contender {
  return {
    id,
    name,
    what,
    async start(lab) {
      const common = { kind: "tun", noDelay } as const
      const a = await startSimpletun(lab.a, { ...common, addresses: [`${inner.a}/24`] })
      const b = await startSimpletun(lab.b, { ...common, addresses: [`${inner.b}/24`], connect: outer.a })
      return reachable(lab, [b, a])
    },
  }
}

export const cPeer = simpletun(
  "c",
  "simpletun, C",
  "the tutorial's program in C, a select loop, with TCP_NODELAY",
  true,
)
export const cPeerAsPublished = simpletun(
  "c-nagle",
  "simpletun, C, as published",
  "the same with two small writes a frame under Nagle's algorithm",
  false,
)
