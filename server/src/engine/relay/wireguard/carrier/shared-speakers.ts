import type { NumericEndpoint } from "../../messages.ts"
import type { Speakers } from "./datagram-outlet.ts"
import type { EndpointTable } from "./endpoint-table.ts"

/** Above all places; so many different ones before they come round. */
const firstId = 0x1_0000
const idMask = 0xfff_ffff

/** Those of a socket that hears everybody. */
export class SharedSpeakers implements Speakers {
  /** Replaced when the peers change. */
  table: EndpointTable

  constructor(table: EndpointTable) {
    this.table = table
  }

  sourceId(number: number): number {
    return number < this.table.places ? number : firstId + (this.table.serial(number) & idMask)
  }

  read(number: number, address: Uint8Array): number {
    return this.table.read(number, address)
  }

  isAt(place: number, number: number): boolean {
    return this.table.isAt(place, number)
  }

  adopt(place: number, number: number): void {
    this.table.adopt(place, number)
  }

  endpoint(place: number): NumericEndpoint | undefined {
    return this.table.endpoint(place)
  }
}
