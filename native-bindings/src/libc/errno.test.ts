import { constants } from "node:os"
import { expect, test } from "vitest"
import { errno, errnoName, errnoNumber } from "./errno.ts"
import { errnoText, SyscallError } from "./syscall-error.ts"

// Two words for one number: the table knows the first.
const synonyms = new Set(["EWOULDBLOCK", "ENOTSUP"])

test.each(Object.entries(constants.errno).filter(([name]) => !synonyms.has(name)))(
  "%s is what the host's header says: %d",
  (name, number) => {
    expect(errnoNumber(name)).toBe(number)
    expect(errnoName(number)).toBe(name)
  },
)

test.each(Object.entries(errno))("the loop's %s agrees with the table", (name, number) => {
  expect(errnoNumber(name)).toBe(number)
})

test.each([0, 41, 58, 134, 524, -1])("%d has no name", (number) => {
  expect(errnoName(number)).toBe(`errno ${number}`)
})

test("no unused number has the placeholder for a name", () => {
  expect(errnoNumber("-")).toBeUndefined()
})

test("an error says the call, the code, the words and the kernel's sentence", () => {
  expect(errnoText(16)).toBe("Device or resource busy")
  expect(new SyscallError("TUNSETIFF", 16).message).toBe("TUNSETIFF: EBUSY (Device or resource busy)")
  expect(new SyscallError("RTM_NEWLINK", 22, "mtu less than device minimum")).toMatchObject({
    message: "RTM_NEWLINK: EINVAL (Invalid argument): mtu less than device minimum",
    call: "RTM_NEWLINK",
    errno: 22,
    code: "EINVAL",
    detail: "mtu less than device minimum",
  })
})
