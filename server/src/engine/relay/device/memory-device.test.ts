import { readlinkSync } from "node:fs"
import { errno } from "@tundeck/native-bindings"
import { RelayMemory } from "../memory.ts"
import { deviceContract } from "./device.contract.ts"
import { MemoryDevice } from "./memory-device.ts"
import { complete, type DeviceSubject } from "./testing/device-subject.ts"
import { trainDeviceContract } from "./train-device.contract.ts"

async function subject(takesTrains: boolean, link: "ip" | "ethernet"): Promise<DeviceSubject> {
  const memory = new RelayMemory(256 * 1024)
  const device = new MemoryDevice(memory, takesTrains)
  return {
    device,
    memory,
    link,
    inject: (packet) => device.inject(packet),
    taken: async (count) => device.written.splice(0, count).map((packet) => ({ ...complete, ...packet })),
    async setLink(isUp) {
      device.refuseWith = isUp ? 0 : -errno.EIO
    },
    async deleteLink() {
      device.isGone = true
    },
    isOpen: () => readlinkSync(`/proc/self/fd/${device.fd}`).includes("eventfd"),
    close: async () => device.close(),
  }
}

deviceContract("in memory, packets", () => subject(false, "ip"))
deviceContract("in memory, trains of Ethernet frames", () => subject(true, "ethernet"))
trainDeviceContract("in memory, packets", () => subject(true, "ip"))
trainDeviceContract("in memory, Ethernet frames", () => subject(true, "ethernet"))
