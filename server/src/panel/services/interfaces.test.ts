import type { InterfaceView, ProblemDocument } from "@tundeck/shared"
import { interfaceWanted } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
})
afterEach(() => test[Symbol.asyncDispose]())

const create = (body: object) => test.call<InterfaceView>("POST", "/interfaces", body)
const read = async (name: string) => (await test.call<InterfaceView>("GET", `/interfaces/${name}`)).body
const names = async () => {
  const { body } = await test.call<{ items: InterfaceView[] }>("GET", "/interfaces")
  return body.items.map(({ name }) => name)
}
const other = (name: string) =>
  interfaceWanted.parse({
    name,
    kind: "tun",
    persistent: false,
    owner: 1000,
    group: null,
    packetInfo: false,
    vnetHeader: false,
    multiQueue: false,
    mtu: 1400,
    mac: null,
    addresses: ["10.8.0.1/24"],
    routes: [],
    bridge: null,
    up: true,
    heal: true,
    ignoreDrift: [],
  })
const tunnelOver = (name: string) => ({
  name: "lab",
  interface: name,
  transport: { kind: "tcp", connect: "10.0.0.2:55555" },
  security: { kind: "none" },
})

describe("create", () => {
  it("makes it, saves it, and shows wanted beside actual without drift", async () => {
    const { status, body } = await create({ name: "tun7", addresses: ["10.0.0.1/24"], owner: "root", mtu: 1400 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: "tun7", kind: "tun", owner: "root", mtu: 1400, managed: true, drift: [] })
    expect(body.actual).toMatchObject({ ownerName: "root", owner: 0, addresses: ["10.0.0.1/24"] })
    expect(await read("tun7")).toEqual(body)
  })

  it("without a name the kernel picks one, which is what is saved", async () => {
    await create({ name: "tap0", kind: "tap" })
    const { body } = await create({ kind: "tap" })
    expect(body.name).toBe("tap1")
    expect(await names()).toEqual(["tap0", "tap1"])
  })

  it("a name that Tundeck or the kernel has is taken", async () => {
    test.engine.interfaces.putOther(other("tun9"))
    await create({ name: "tun7" })
    for (const name of ["tun7", "tun9"])
      expect(await test.refusal("POST", "/interfaces", { name })).toBe("interface-exists")
  })

  it("two at once of one name: one is made", async () => {
    const both = await Promise.all([create({ name: "tun7" }), create({ name: "tun7" })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it.each<[string, object, string]>([
    ["a name with 16 characters", { name: "a234567890123456" }, "name"],
    ["a slash", { name: "a/b" }, "name"],
    ["a blank", { name: "a b" }, "name"],
    ["two dots", { name: ".." }, "name"],
    ["a leading dash", { name: "-x" }, "name"],
    ["a pattern", { name: "tun%d" }, "name"],
    ["a number as name", { name: 7 }, "name"],
    ["leading zeros", { addresses: ["10.0.0.1/24", "010.0.0.1/24"] }, "addresses.1"],
    ["MTU 67", { mtu: 67 }, "mtu"],
    ["MTU 65,536", { mtu: 65_536 }, "mtu"],
    ["an owner of blanks", { owner: "a b" }, "owner"],
    ["a MAC address on tun", { mac: "02:00:00:00:00:01" }, "mac"],
    ["an unknown field", { colour: "red" }, "colour"],
    ["an unknown field inside", { routes: [{ destination: "10.1.0.0/16", dev: "eth0" }] }, "routes.0.dev"],
  ])("%s is refused by its field, and nothing is made", async (_fact, body, path) => {
    const answer = await test.call<ProblemDocument>("POST", "/interfaces", body)
    expect([answer.status, answer.body.code]).toEqual([400, "validation-failed"])
    expect(new Set(answer.body.errors?.map((error) => error.path))).toEqual(new Set([path]))
    expect(test.engine.calls.map(({ method }) => method)).not.toContain("interface.create")
  })

  it("what the kernel refuses is refused, and nothing is saved", async () => {
    expect(await test.refusal("POST", "/interfaces", { name: "tun7", owner: "ghost" })).toBe("owner-not-found")
    expect(await names()).toEqual([])
    await test.restartEngine()
    await test.restart()
    expect(await names()).toEqual([])
  })

  it("without an engine nothing is saved", async () => {
    await test.stopEngine()
    expect(await test.refusal("POST", "/interfaces", { name: "tun7" })).toBe("engine-unavailable")
    expect(await test.refusal("GET", "/interfaces")).toBe("engine-unavailable")
  })
})

describe("list", () => {
  it("ours and others' stand beside each other, with who holds them", async () => {
    test.engine.interfaces.putOther(other("tun9"), [{ pid: 4242, command: "openvpn" }])
    await create({ name: "tun10" })
    expect(await names()).toEqual(["tun9", "tun10"])
    expect(await read("tun9")).toMatchObject({
      managed: false,
      owner: 1000,
      addresses: ["10.8.0.1/24"],
      drift: [],
      holders: [{ pid: 4242, command: "openvpn" }],
    })
  })

  it("a name that only the kernel takes is listed all the same", async () => {
    test.engine.interfaces.putOther({ ...other("tun9"), name: "$(id);" })
    expect(await read(encodeURIComponent("$(id);"))).toMatchObject({ name: "$(id);", managed: false })
  })

  it("drift is shown, and what was deleted by others is missing", async () => {
    await create({ name: "tun7", mtu: 1400, heal: false })
    test.engine.disturb("tun7", { mtu: 1300 })
    expect((await read("tun7")).drift).toEqual([{ field: "mtu", wanted: 1400, actual: 1300, ignored: false }])
    test.engine.interfaces.delete("tun7")
    expect(await read("tun7")).toMatchObject({ actual: null, drift: [{ field: "exists" }] })
  })

  it("an unknown one is not found", async () => {
    for (const [method, path] of [
      ["GET", "/interfaces/ghost"],
      ["DELETE", "/interfaces/ghost"],
      ["POST", "/interfaces/ghost/adopt"],
      ["POST", "/interfaces/ghost/release"],
      ["POST", "/interfaces/ghost/repair"],
      ["PATCH", "/interfaces/ghost"],
      ["GET", "/interfaces/ghost/export?format=ip"],
    ] as const) {
      expect([method, path, await test.refusal(method, path)]).toEqual([method, path, "interface-not-found"])
    }
  })
})

describe("change", () => {
  it("changes what is named and leaves other drift alone", async () => {
    await create({ name: "tun7", mtu: 1400, addresses: ["10.0.0.1/24"], heal: false })
    test.engine.disturb("tun7", { addresses: [] })
    const { body } = await test.call<InterfaceView>("PATCH", "/interfaces/tun7", { mtu: 1300 })
    expect(body).toMatchObject({ mtu: 1300, actual: { mtu: 1300, addresses: [] } })
    expect(body.drift.map(({ field }) => field)).toEqual(["addresses"])
  })

  it("renames", async () => {
    await create({ name: "tun7" })
    const { body } = await test.call<InterfaceView>("PATCH", "/interfaces/tun7", { name: "office" })
    expect(body).toMatchObject({ name: "office", drift: [] })
    expect(await names()).toEqual(["office"])
  })

  it("what is only remembered changes nothing in the kernel", async () => {
    await create({ name: "tun7" })
    test.engine.calls.length = 0
    await test.call("PATCH", "/interfaces/tun7", { heal: false, ignoreDrift: ["mtu"] })
    expect(test.engine.calls.map(({ method }) => method)).toEqual(["interface.manage", "interface.read"])
  })

  it("kind belongs to creation, a MAC address to tap", async () => {
    await create({ name: "tun7" })
    expect(await test.refusal("PATCH", "/interfaces/tun7", { kind: "tap" })).toBe("validation-failed")
    expect(await test.refusal("PATCH", "/interfaces/tun7", { mac: "02:00:00:00:00:01" })).toBe("validation-failed")
  })

  it("another's is adopted first", async () => {
    test.engine.interfaces.putOther(other("tun9"))
    expect(await test.refusal("PATCH", "/interfaces/tun9", { mtu: 1300 })).toBe("interface-not-managed")
    expect(await test.refusal("DELETE", "/interfaces/tun9")).toBe("interface-not-managed")
  })

  it("neither renamed nor deleted nor released while a tunnel is over it, which is named", async () => {
    await create({ name: "tun7" })
    await test.call("POST", "/tunnels", tunnelOver("tun7"))
    for (const [method, path, body] of [
      ["DELETE", "/interfaces/tun7", undefined],
      ["POST", "/interfaces/tun7/release", undefined],
      ["PATCH", "/interfaces/tun7", { name: "tun8" }],
    ] as const) {
      const answer = await test.call<ProblemDocument>(method, path, body)
      expect(answer.body).toMatchObject({ code: "interface-in-use", detail: expect.stringContaining("lab") })
    }
    expect((await test.call("PATCH", "/interfaces/tun7", { mtu: 1300 })).status).toBe(200)
  })
})

describe("delete, release, adopt, repair", () => {
  it("delete removes it from kernel and state, also when somebody deleted it before", async () => {
    await create({ name: "tun7" })
    await create({ name: "tun8" })
    test.engine.interfaces.delete("tun8")
    for (const name of ["tun7", "tun8"]) expect((await test.call("DELETE", `/interfaces/${name}`)).status).toBe(204)
    expect(await names()).toEqual([])
    expect(test.engine.interfaces.list()).toEqual([])
  })

  it("one that is held stays, and its holder is named", async () => {
    test.engine.interfaces.putOther(other("tun9"), [{ pid: 4242, command: "openvpn" }])
    await test.call("POST", "/interfaces/tun9/adopt")
    const answer = await test.call<ProblemDocument>("DELETE", "/interfaces/tun9")
    expect(answer.body).toMatchObject({ code: "interface-held", detail: "tun9 is held by openvpn (pid 4242)." })
    expect(await read("tun9")).toMatchObject({ managed: true })
  })

  it("adopt takes it as it is: nothing changes, nothing has drifted", async () => {
    test.engine.interfaces.putOther(other("tun9"))
    const before = test.engine.interfaces.find("tun9")
    const { status, body } = await test.call<InterfaceView>("POST", "/interfaces/tun9/adopt")
    expect(status).toBe(201)
    expect(body).toMatchObject({ managed: true, owner: 1000, mtu: 1400, addresses: ["10.8.0.1/24"], drift: [] })
    expect(test.engine.interfaces.find("tun9")).toEqual(before)
    expect(await test.refusal("POST", "/interfaces/tun9/adopt")).toBe("interface-managed")
  })

  it("release forgets it and leaves it where it is", async () => {
    await create({ name: "tun7" })
    expect((await test.call("POST", "/interfaces/tun7/release")).status).toBe(204)
    expect(await read("tun7")).toMatchObject({ managed: false })
  })

  it("repair puts back what is named, or all", async () => {
    await create({ name: "tun7", mtu: 1400, addresses: ["10.0.0.1/24"], heal: false })
    test.engine.disturb("tun7", { mtu: 1300, addresses: [] })
    const some = await test.call<InterfaceView>("POST", "/interfaces/tun7/repair", { fields: ["mtu"] })
    expect(some.body.drift.map(({ field }) => field)).toEqual(["addresses"])
    const all = await test.call<InterfaceView>("POST", "/interfaces/tun7/repair")
    expect(all.body.drift).toEqual([])
  })
})
