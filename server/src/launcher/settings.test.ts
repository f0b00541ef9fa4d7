import { describe, expect, it } from "vitest"
import { type Machine, readSettings, SettingsError } from "./settings.ts"

const nobodyElse: Machine = { uid: 1000, findAccount: () => undefined, terminal: false }
const root: Machine = {
  uid: 0,
  findAccount: (name) => ({ tundeck: { uid: 998, gid: 998 }, root: { uid: 0, gid: 0 } })[name],
  terminal: true,
}

function faultsOf(env: NodeJS.ProcessEnv, machine = nobodyElse): string[] {
  try {
    readSettings(env, {}, machine)
  } catch (error) {
    if (error instanceof SettingsError) return error.faults
    throw error
  }
  return []
}

describe("defaults", () => {
  it("an ordinary user has the XDG data directory, loopback and one user for all", () => {
    expect(readSettings({ HOME: "/home/ada" }, {}, nobodyElse)).toMatchObject({
      listen: { host: "127.0.0.1", port: 8080 },
      dataDirectory: "/home/ada/.local/share/tundeck",
      engineSocket: "/home/ada/.local/share/tundeck/run/engine.sock",
      accounts: null,
      logLevel: "info",
    })
  })
  it("root has /var/lib/tundeck, the user tundeck where there is one, and unlisted ids where not", () => {
    expect(readSettings({}, {}, root)).toMatchObject({
      dataDirectory: "/var/lib/tundeck",
      accounts: { panel: { uid: 998 }, engine: { uid: 64_174 } },
      logLevel: "warn",
    })
  })
  it("an empty variable is one that is not set", () => {
    expect(readSettings({ TUNDECK_LISTEN: "", HOME: "/h" }, {}, nobodyElse).listen.port).toBe(8080)
  })
})

describe("faults", () => {
  it("all are reported at once", () => {
    const faults = faultsOf({ TUNDECK_LISTEN: "8080", TUNDECK_LOG_LEVEL: "loud", TUNDECK_ORIGINS: "example.org" })
    expect(faults.map((fault) => fault.split(":")[0])).toEqual([
      "TUNDECK_LISTEN",
      "TUNDECK_LOG_LEVEL",
      "TUNDECK_ORIGINS",
    ])
  })
  it.each(["0.0.0.0:8080", "[::]:8080", "192.168.1.7:80", "host.example.org:8080"])(
    "%s without TLS wants a word that says so",
    (listen) => {
      expect(faultsOf({ TUNDECK_LISTEN: listen })).toHaveLength(1)
      const settings = readSettings({ TUNDECK_LISTEN: listen }, { insecurePublicBind: true }, nobodyElse)
      expect(settings.insecurePublicBind).toBe(true)
      const tls = { TUNDECK_TLS_CERT: "/c.pem", TUNDECK_TLS_KEY: "/k.pem" }
      expect(faultsOf({ TUNDECK_LISTEN: listen, ...tls })).toEqual([])
    },
  )
  it.each(["127.0.0.1:1", "127.8.8.8:1", "[::1]:1", "localhost:1"])("%s is loopback", (listen) => {
    expect(faultsOf({ TUNDECK_LISTEN: listen })).toEqual([])
  })
  it("a certificate without its key", () => expect(faultsOf({ TUNDECK_TLS_CERT: "/c.pem" })).toHaveLength(1))
  it("a data directory too long for a socket", () => {
    const [fault] = faultsOf({ TUNDECK_DATA_DIR: `/${"a".repeat(90)}` })
    expect(fault).toContain("Choose a shorter directory")
  })
  it.each(["root", "0", "64174", "nobody-here"])("root cannot make the panel %s", (user) =>
    expect(faultsOf({ TUNDECK_USER: user }, { ...root, findAccount: numbersToo })).not.toEqual([]),
  )
  it("an ordinary user cannot become another", () => {
    expect(faultsOf({ TUNDECK_USER: "tundeck" })).toHaveLength(1)
  })
})

function numbersToo(text: string) {
  return /^\d+$/.test(text) ? { uid: Number(text), gid: Number(text) } : root.findAccount(text)
}
