import { z } from "zod"

/**
 * What the engine asks of the launcher, which is root, over the socket that the engine inherits. A process that is not root
 * may not do it, or not see it. One byte says what:
 *
 * - `device`: an open /dev/net/tun, by SCM_RIGHTS with byte 0, or the errno as a byte alone;
 * - `holders`: who else holds which interface of its network namespace, as a u32 length (little-endian) and that much JSON;
 * - `openWireguard`, then a byte of length and an interface's name: the listening socket of its WireGuard configuration
 *   protocol, answered like `device`;
 * - `removeWireguard`, then the same: the socket's file goes. No answer.
 */
export const brokerRequest = { device: 0, holders: 1, openWireguard: 2, removeWireguard: 3 } as const

export const brokerHolders = z.array(
  z.object({ pid: z.number(), fd: z.number(), interface: z.string(), command: z.string() }),
)
