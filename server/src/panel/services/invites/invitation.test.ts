import fc from "fast-check"
import { expect, it } from "vitest"
import { randomSecret } from "../../auth/secrets.ts"
import { codeOf, invitationOf, seal, unseal } from "./invitation.ts"

it("what is sealed opens with the same token and id, and no other", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const token = randomSecret()
      const sealed = seal(text, token, "i_1")
      expect(unseal(sealed, token, "i_1")).toBe(text)
      expect(() => unseal(sealed, randomSecret(), "i_1")).toThrow()
      expect(() => unseal(sealed, token, "i_2")).toThrow()
    }),
    { numRuns: 30 },
  )
})

it("no bit of it can be changed, and no two are alike", () => {
  const token = randomSecret()
  const sealed = Buffer.from(seal("text", token, "i_1"), "base64")
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(changed.toString("base64"), token, "i_1")).toThrow()
    expect(() => unseal(sealed.subarray(0, at).toString("base64"), token, "i_1")).toThrow()
  }
  expect(seal("text", token, "i_1")).not.toBe(sealed.toString("base64"))
})

it("a code says the same on the other side; what is none is none", () => {
  const content = {
    version: 1,
    tunnel: "hub",
    interfaceKind: "tun",
    transport: { kind: "udp", fallback: true },
    expiresAt: 1,
    conf: "[Interface]\n",
  } as const
  const code = codeOf(content)
  expect(invitationOf(code)).toEqual(content)
  expect(code).toMatch(/^[\w-]+$/)
  fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => invitationOf(text) === undefined))
  for (let at = 0; at < code.length; at++) expect(invitationOf(code.slice(0, at))).toBeUndefined()
  const newer = { ...content, version: 2 }
  expect(invitationOf(codeOf(newer as never))).toBeUndefined()
})
