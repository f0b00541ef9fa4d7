import { describe, expect, it } from "vitest"
import { readSettings, shownOrigin } from "./settings.ts"

const least = { TUNDECK_ENGINE_SOCKET: "/run/tundeck/engine.sock" }
const tls = { TUNDECK_TLS_CERT: "/etc/cert.pem", TUNDECK_TLS_KEY: "/etc/key.pem" }

describe("settings", () => {
  it("have the least open defaults", () => {
    expect(readSettings(least)).toMatchObject({
      listen: { host: "127.0.0.1", port: 8080 },
      origins: [],
      tls: undefined,
      runAs: undefined,
      logLevel: "info",
    })
  })

  it("are read whole", () => {
    const settings = readSettings({
      ...least,
      ...tls,
      TUNDECK_LISTEN: "[::]:8443",
      TUNDECK_ORIGINS: "https://a.example.org, http://b.example.org:8080,",
      TUNDECK_RUN_AS: "64173:64174",
      TUNDECK_APPLY: "/etc/tundeck.json",
      TUNDECK_DATA_DIR: "/data",
    })
    expect(settings).toMatchObject({
      listen: { host: "::", port: 8443 },
      origins: ["https://a.example.org", "http://b.example.org:8080"],
      runAs: { uid: 64173, gid: 64174 },
      tls: { certificate: "/etc/cert.pem", key: "/etc/key.pem" },
      declaration: "/etc/tundeck.json",
      dataDirectory: "/data",
    })
  })

  it("name all their faults at once", () => {
    const wrong = { TUNDECK_LISTEN: "8080", TUNDECK_ORIGINS: "example.org", TUNDECK_LOG_LEVEL: "loud" }
    expect(() => readSettings(wrong)).toThrow(
      /TUNDECK_LISTEN: .*\n.*TUNDECK_ENGINE_SOCKET: .*\n.*TUNDECK_ORIGINS: .*"example.org" is no origin.*\n.*TUNDECK_LOG_LEVEL: /,
    )
  })

  it.each([
    "http://a.example.org/",
    "https://a.example.org/path",
    "ftp://a.example.org",
    "null",
    "HTTPS://a.example.org",
  ])("%s is no origin", (origin) => {
    expect(() => readSettings({ ...least, TUNDECK_ORIGINS: origin })).toThrow("is no origin")
  })

  it("a certificate without its key is refused, and the other way round", () => {
    for (const half of [{ TUNDECK_TLS_CERT: "c" }, { TUNDECK_TLS_KEY: "k" }]) {
      expect(() => readSettings({ ...least, ...half })).toThrow("belong together")
    }
  })
})

describe("a public bind", () => {
  it.each(["0.0.0.0:8080", "[::]:8080", "192.168.1.7:8080", "panel.example.org:8080", "[fd00::1]:80"])(
    "%s without TLS refuses to start, and says what to do",
    (listen) => {
      expect(() => readSettings({ ...least, TUNDECK_LISTEN: listen })).toThrow("--insecure-public-bind")
      expect(() => readSettings({ ...least, TUNDECK_LISTEN: listen, TUNDECK_INSECURE_PUBLIC_BIND: "0" })).toThrow()
      expect(() => readSettings({ ...least, ...tls, TUNDECK_LISTEN: listen })).not.toThrow()
      expect(() => readSettings({ ...least, TUNDECK_LISTEN: listen, TUNDECK_INSECURE_PUBLIC_BIND: "1" })).not.toThrow()
    },
  )

  it.each(["127.0.0.1:8080", "127.8.9.1:80", "[::1]:8080", "localhost:8080"])("%s is none", (listen) => {
    expect(() => readSettings({ ...least, TUNDECK_LISTEN: listen })).not.toThrow()
  })
})

describe("the origin that people are shown", () => {
  it.each([
    [{ listen: { host: "127.0.0.1", port: 8080 }, origins: [], tls: undefined }, "http://127.0.0.1:8080"],
    [{ listen: { host: "0.0.0.0", port: 8080 }, origins: [], tls: undefined }, "http://127.0.0.1:8080"],
    [{ listen: { host: "::", port: 8080 }, origins: [], tls: undefined }, "http://[::1]:8080"],
    [
      { listen: { host: "192.0.2.1", port: 8443 }, origins: [], tls: { certificate: "", key: "" } },
      "https://192.0.2.1:8443",
    ],
    [
      { listen: { host: "::", port: 8080 }, origins: ["https://a.example.org"], tls: undefined },
      "https://a.example.org",
    ],
  ])("%j: %s", (settings, origin) => {
    expect(shownOrigin(settings)).toBe(origin)
  })
})
