import { expect, test } from "vitest"
import { applicationSamples } from "../samples/application.ts"
import { bytesOf } from "../samples/sample.ts"
import { packetSpan } from "../span.ts"
import { tls } from "./tls.ts"

const headers = 40 // IPv4 and TCP without options
const clientHello = bytesOf(applicationSamples.find(({ name }) => name === "TLS client hello")?.hex ?? "").subarray(
  headers,
)

function told(bytes: Uint8Array, wireLength = bytes.length): string | undefined {
  return tls.describe(packetSpan(bytes, wireLength), { protocol: "TCP", info: "" })?.info
}

test("tls: a client hello that a segment does not hold whole says so, and claims no version it has not read", () => {
  const cut = clientHello.subarray(0, 60)
  expect(told(cut)).toBe("Client Hello [cut short]")
  expect(told(cut, clientHello.length)).toBe("Client Hello [cut short]")
})

test("tls: records of one kind are told once", () => {
  const record = [23, 3, 3, 0, 2, 1, 2]
  expect(told(Uint8Array.from([...record, ...record, ...record]))).toBe("Application Data")
})

test("tls: a handshake message that is encrypted is called that", () => {
  expect(told(Uint8Array.from([20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 6, 0x99, 0xff, 0xff, 0xff, 1, 2]))).toBe(
    "Change Cipher Spec, Encrypted Handshake Message",
  )
})

test("tls: an unknown version, an empty or a huge record is no TLS", () => {
  expect(told(Uint8Array.from([22, 3, 9, 0, 4, 1, 0, 0, 0]))).toBeUndefined()
  expect(told(Uint8Array.from([22, 3, 3, 0, 0, 1, 0, 0, 0]))).toBeUndefined()
  expect(told(Uint8Array.from([22, 3, 3, 0xff, 0xff, 1, 0, 0, 0]))).toBeUndefined()
})
