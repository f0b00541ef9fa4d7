import { bindToDevice, type IpFamily, setMark, setTypeOfService } from "@tundeck/native-bindings"
import type { SocketWishes } from "../messages.ts"

const dscpShift = 2 // the lower two bits are ECN's

/** What a tunnel asks of every socket that carries it. Throws SyscallError. */
export function applyWishes(fd: number, family: IpFamily, wishes: SocketWishes): void {
  if (wishes.sourceInterface !== undefined) bindToDevice(fd, wishes.sourceInterface)
  if (wishes.firewallMark !== undefined) setMark(fd, wishes.firewallMark)
  if (wishes.dscp === undefined) return
  setTypeOfService(fd, family, wishes.dscp << dscpShift)
}
