// Ethernet frames sent by hand over a tap's end of the kernel, and what of them comes to another one.
import type { Namespace } from "../../../../testing/namespace.ts"

/** IEEE 802 local experimental: no kernel sends or answers them. Frames of the second kind are sent behind others. */
const etherTypes = { plain: 0x88b5, last: 0x88b6 } as const
const frameBytes = 60

export const broadcast = "ff:ff:ff:ff:ff:ff"

/** 02:00:00 and three bytes of number. */
export function macOf(number: number): string {
  return `02:00:00:${[number >> 16, (number >> 8) & 255, number & 255].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`
}

export interface Addressed {
  from: string
  to: string
  isLast?: boolean
}

/** Through `link`, as a program or a bridged machine on that host would. */
export async function sendFrames(host: Namespace, link: string, ...frames: readonly Addressed[]): Promise<void> {
  const bytes = Buffer.alloc(frames.length * frameBytes)
  frames.forEach(({ from, to, isLast }, i) => {
    bytes.set([...macBytes(to), ...macBytes(from)], i * frameBytes)
    bytes.writeUInt16BE(isLast ? etherTypes.last : etherTypes.plain, i * frameBytes + 12)
  })
  await host.exec("socat", ["-u", "-b", `${frameBytes}`, "STDIN", `INTERFACE:${link}`], { input: bytes })
}

/** Counts from now on the frames that come in through `link`. */
export async function countFrames(host: Namespace, link: string): Promise<void> {
  const rules = Object.values(etherTypes).map((type) => `ether type ${type} counter`)
  const chain = `type filter hook ingress device ${link} priority 0; ${rules.join("; ")};`
  await host.exec("nft", ["-f", "-"], { input: `table netdev frames { chain in { ${chain} }; }` })
}

export async function framesCounted(host: Namespace): Promise<{ plain: number; last: number }> {
  const { stdout } = await host.exec("nft", ["list", "table", "netdev", "frames"])
  const [plain = Number.NaN, last = Number.NaN] = [...stdout.matchAll(/counter packets (\d+)/g)].map((found) =>
    Number(found[1]),
  )
  return { plain, last }
}

function macBytes(mac: string): number[] {
  return mac.split(":").map((byte) => Number.parseInt(byte, 16))
}
