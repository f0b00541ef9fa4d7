import { encodeSocketAddress } from "@tundeck/native-bindings"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { strangerPeer } from "../../batch.ts"
import { EndpointTable } from "./endpoint-table.ts"

const view = new DataView(new ArrayBuffer(64))

/** Puts a socket address as the kernel writes it. */
function name(address: string, port: number): void {
  new Uint8Array(view.buffer).set(encodeSocketAddress({ address, port }))
}

function find(table: EndpointTable, address: string, port: number): number {
  name(address, port)
  return table.find(view, 0)
}

const places = fc.integer({ min: 0, max: 4 })
const speaker = fc.record({ host: fc.integer({ min: 1, max: 6 }), port: fc.integer({ min: 1, max: 3 }) })

describe("the table of endpoints", () => {
  it("who is at a peer's endpoint has its number; the others have numbers above all places", () => {
    const table = new EndpointTable(3)
    table.set(1, { address: "192.0.2.1", port: 7 }, 6, true)
    expect(find(table, "::ffff:192.0.2.1", 7)).toBe(1)
    for (const [address, port] of [
      ["::ffff:192.0.2.1", 8],
      ["::ffff:192.0.2.2", 7],
      ["2001:db8::1", 7],
    ] as const) {
      expect(find(table, address, port)).toBeGreaterThanOrEqual(3)
    }
  })

  it("an address of the other family is none of a socket that has one", () => {
    const table = new EndpointTable(1)
    expect(table.set(0, { address: "2001:db8::1", port: 7 }, 4, false)).toBe(false)
    expect(table.set(0, { address: "192.0.2.1", port: 7 }, 6, false)).toBe(false)
    expect(table.endpoint(0)).toBeUndefined()
    expect(table.set(0, { address: "192.0.2.1", port: 7 }, 4, false)).toBe(true)
    expect(find(table, "192.0.2.1", 7)).toBe(0)
  })

  it("what is no IP address is nobody's", () => {
    view.setUint16(0, 1, true)
    expect(new EndpointTable(1).find(view, 0)).toBe(strangerPeer)
  })

  it("a peer is where it is said to be, as the kernel writes it", () => {
    const table = new EndpointTable(2)
    table.set(1, { address: "2001:db8::7", port: 51_820 }, 6, true)
    name("2001:db8::7", 51_820)
    const expected = new Uint8Array(view.buffer).slice(0, 28)
    const length = table.write(1, view, 0)
    expect(new Uint8Array(view.buffer).slice(0, length)).toEqual(expected)
    expect(table.write(0, view, 0)).toBe(0)
  })

  it("the address of who spoke is told as 16 bytes, IPv4 mapped", () => {
    const table = new EndpointTable(1)
    const address = new Uint8Array(16)
    for (const [text, expected] of [
      ["192.0.2.9", "00000000000000000000ffffc0000209"],
      ["::ffff:192.0.2.9", "00000000000000000000ffffc0000209"],
      ["2001:db8::5", "20010db8000000000000000000000005"],
    ] as const) {
      expect(table.read(find(table, text, 4711), address)).toBe(4711)
      expect(Buffer.from(address).toString("hex")).toBe(expected)
    }
  })

  it("sixty-four speakers of one call have numbers of their own, and none has the serial of another, ever", () => {
    const table = new EndpointTable(2)
    const serials = new Set<number>()
    for (let call = 0; call < 10; call++) {
      const numbers = new Set<number>()
      for (let i = 0; i < 64; i++) {
        const number = find(table, `10.${call}.0.${i}`, 9)
        numbers.add(number)
        serials.add(table.serial(number))
      }
      expect(numbers.size).toBe(64)
    }
    expect(serials.size).toBe(640)
  })

  it("the same speaker in a row has one number", () => {
    const table = new EndpointTable(2)
    expect(find(table, "10.0.0.1", 9)).toBe(find(table, "10.0.0.1", 9))
  })

  it("peers that stay keep their endpoint, the others' are forgotten", () => {
    const before = new EndpointTable(3)
    for (const place of [0, 1, 2]) before.set(place, { address: `10.0.0.${place}`, port: 1 }, 4, false)
    const after = new EndpointTable(4, before, [0, -1, 2])
    expect([0, 1, 2, 3].map((place) => after.endpoint(place)?.address)).toEqual([
      "10.0.0.0",
      undefined,
      "10.0.0.2",
      undefined,
    ])
    expect([0, 1, 2, 3].map((place) => after.isSameAs(before, place))).toEqual([true, false, true, false])
    expect(find(after, "10.0.0.2", 1)).toBe(2)
    expect(find(after, "10.0.0.1", 1)).toBeGreaterThanOrEqual(4)
  })

  it("however peers move, each is found where it is last, and nowhere else", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(places, speaker), { maxLength: 100 }), (moves) => {
        const table = new EndpointTable(5)
        const model = new Map<number, string>()
        for (const [place, { host, port }] of moves) {
          table.adopt(place, find(table, `10.0.0.${host}`, port))
          model.set(place, `10.0.0.${host} ${port}`)
        }
        for (let host = 1; host <= 6; host++) {
          for (let port = 1; port <= 3; port++) {
            const number = find(table, `10.0.0.${host}`, port)
            const there = [...model].flatMap(([place, at]) => (at === `10.0.0.${host} ${port}` ? [place] : []))
            if (there.length === 0) expect(number).toBeGreaterThanOrEqual(5)
            else expect(there).toContain(number)
            for (const place of [0, 1, 2, 3, 4]) expect(table.isAt(place, number)).toBe(there.includes(place))
          }
        }
      }),
    )
  })
})
