import { expect, it } from "vitest"
import { readSettings } from "./settings.ts"

const least = { TUNDECK_ENGINE_SOCKET: "/run/tundeck/engine.sock", TUNDECK_PANEL_UID: "64173" }

it("the least that the engine needs is its socket and the panel's uid", () => {
  expect(readSettings(least)).toEqual({
    socketPath: "/run/tundeck/engine.sock",
    panelUid: 64173,
    runAs: undefined,
    brokerFd: undefined,
    namespace: undefined,
    wireguard: { rekeyAfterMs: undefined, withheld: 0 },
    logLevel: "info",
  })
})

it("all settings arrive", () => {
  const all = { ...least, TUNDECK_RUN_AS: "64174:64175", TUNDECK_TUN_BROKER_FD: "4", TUNDECK_NETNS: "/run/netns/a" }
  expect(readSettings(all)).toMatchObject({
    runAs: { uid: 64174, gid: 64175 },
    brokerFd: 4,
    namespace: "/run/netns/a",
  })
})

it("every fault is told at once", () => {
  const wrong = { TUNDECK_ENGINE_SOCKET: "engine.sock", TUNDECK_RUN_AS: "root", TUNDECK_LOG_LEVEL: "loud" }
  expect(() => readSettings(wrong)).toThrow(
    /TUNDECK_ENGINE_SOCKET[\s\S]*TUNDECK_PANEL_UID[\s\S]*TUNDECK_RUN_AS[\s\S]*TUNDECK_LOG_LEVEL/,
  )
})

it("an empty uid is not root", () => {
  expect(() => readSettings({ ...least, TUNDECK_PANEL_UID: "" })).toThrow("TUNDECK_PANEL_UID")
})

it("new keys are made no later than the protocol says, and not all the time", () => {
  expect(readSettings({ ...least, TUNDECK_REKEY_SECONDS: "5" }).wireguard.rekeyAfterMs).toBe(5_000)
  expect(readSettings(least).wireguard).toEqual({ rekeyAfterMs: undefined, withheld: 0 })
  for (const wrong of ["4", "121", "x"]) {
    expect(() => readSettings({ ...least, TUNDECK_REKEY_SECONDS: wrong })).toThrow("TUNDECK_REKEY_SECONDS")
  }
})

it("what two Tundecks may agree on is withheld by name", () => {
  const withheld = (names: string) => readSettings({ ...least, TUNDECK_WIREGUARD_WITHOUT: names }).wireguard.withheld
  expect([withheld("trains"), withheld("trains,aes-256-gcm,probes")]).toEqual([1, 11])
  expect(() => withheld("ethernet")).toThrow("TUNDECK_WIREGUARD_WITHOUT")
})
