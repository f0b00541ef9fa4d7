import { expect, test } from "vitest"
import { checkName, likelyName } from "./name-check.ts"

const existing = [
  { name: "tun0", managed: true },
  { name: "tun2", managed: false },
]

test("name check: an empty name is the kernel's to pick, the lowest free number", () => {
  expect(checkName("", "tun", existing)).toEqual({ state: "kernel-picks", likely: "tun1" })
  expect(likelyName("tap", existing)).toBe("tap0")
})

test.each(["a234567890123456", "a/b", "a b", "..", "-x", "tun%d", "all", "a..b"])(
  "name check: %j is refused with a sentence",
  (name) => {
    const check = checkName(name, "tun", existing)
    expect(check).toMatchObject({ state: "refused", message: expect.stringMatching(/\w.*\.$/) })
  },
)

test("name check: a name that stands already is taken, ours or another's", () => {
  expect(checkName("tun0", "tun", existing)).toEqual({ state: "taken", managed: true })
  expect(checkName("tun2", "tun", existing)).toEqual({ state: "taken", managed: false })
})

test("name check: an edited interface may keep its own name, not take another's or none", () => {
  expect(checkName("tun0", "tun", existing, "tun0")).toEqual({ state: "free" })
  expect(checkName("tun2", "tun", existing, "tun0")).toEqual({ state: "taken", managed: false })
  expect(checkName("", "tun", existing, "tun0")).toMatchObject({ state: "refused" })
})
