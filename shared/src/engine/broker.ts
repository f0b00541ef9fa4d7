import { z } from "zod"

/**
 * What one byte of the engine asks of the launcher, which is root, over the socket that the engine inherits:
 * an open /dev/net/tun (by SCM_RIGHTS with byte 0, or the errno as a byte alone), or who else holds which interface
 * of its network namespace (u32 length, little-endian, and that much JSON). A process that is not root may neither open nor see that.
 */
export const brokerRequest = { device: 0, holders: 1 } as const

export const brokerHolders = z.array(
  z.object({ pid: z.number(), fd: z.number(), interface: z.string(), command: z.string() }),
)
