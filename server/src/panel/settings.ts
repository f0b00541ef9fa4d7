import { randomUUID } from "node:crypto"
import { isIP } from "node:net"
import { homedir } from "node:os"
import { join } from "node:path"
import { ipFamily, parseEndpoint } from "@tundeck/shared"
import { z } from "zod"

const listen = z.string().transform((text, context) => {
  const parsed = parseEndpoint(text)
  if (parsed) return parsed
  context.addIssue({ code: "custom", message: "write host:port, such as 127.0.0.1:8080 or [::1]:8080" })
  return z.NEVER
})

/** A value of the Origin header: scheme, host and port alone. */
const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text), {
    error: (issue) => `"${issue.input}" is no origin: write scheme and host, such as https://tundeck.example.org`,
  })

const account = z
  .string()
  .regex(/^\d+:\d+$/, "write uid:gid")
  .transform((text) => {
    const [uid = 0, gid = 0] = text.split(":").map(Number)
    return { uid, gid }
  })

const environment = z.object({
  TUNDECK_LISTEN: listen.prefault("127.0.0.1:8080"),
  TUNDECK_DATA_DIR: z.string().min(1).optional(),
  TUNDECK_ENGINE_SOCKET: z.string({ error: "say where the engine listens" }).min(1),
  TUNDECK_ORIGINS: z
    .string()
    .default("")
    .transform((text) => text.split(",").map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== ""))
    .pipe(z.array(origin)),
  TUNDECK_TLS_CERT: z.string().min(1).optional(),
  TUNDECK_TLS_KEY: z.string().min(1).optional(),
  TUNDECK_APPLY: z.string().min(1).optional(),
  TUNDECK_INSECURE_PUBLIC_BIND: z.enum(["0", "1"]).default("0"),
  TUNDECK_RUN_AS: account.optional(),
  TUNDECK_LAUNCH_ID: z.string().min(1).max(64).optional(),
  TUNDECK_CAPTURE_MEGABYTES: z.coerce.number().int().min(1).max(999_999).optional(),
  TUNDECK_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
})

export interface Settings {
  listen: { host: string; port: number }
  dataDirectory: string
  engineSocket: string
  /** Allowed beside the panel's own address. */
  origins: string[]
  tls: { certificate: string; key: string } | undefined
  declaration: string | undefined
  runAs: { uid: number; gid: number } | undefined
  /** The same for all panels of one start of the launcher: tells a restart of the panel from a restart of all. */
  launchId: string
  /** For all saved captures together; undefined: as the disk allows. */
  captureMegabytes: number | undefined
  logLevel: z.infer<typeof environment>["TUNDECK_LOG_LEVEL"]
}

/** Reads and checks the whole environment. Throws one Error that names every fault. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path[0]?.toString()}: ${issue.message}`)
    throw new Error(`The panel cannot start with these settings:\n${faults.join("\n")}`)
  }
  const values = parsed.data
  if ((values.TUNDECK_TLS_CERT === undefined) !== (values.TUNDECK_TLS_KEY === undefined)) {
    throw new Error("TUNDECK_TLS_CERT and TUNDECK_TLS_KEY belong together: give both files or neither.")
  }
  const tls =
    values.TUNDECK_TLS_CERT !== undefined && values.TUNDECK_TLS_KEY !== undefined
      ? { certificate: values.TUNDECK_TLS_CERT, key: values.TUNDECK_TLS_KEY }
      : undefined
  const { host, port } = values.TUNDECK_LISTEN
  if (!isLoopback(host) && tls === undefined && values.TUNDECK_INSECURE_PUBLIC_BIND !== "1") {
    throw new Error(
      `${host}:${port} can be reached from other machines, and passwords would cross the network in clear text. ` +
        "Give TUNDECK_TLS_CERT and TUNDECK_TLS_KEY, listen on 127.0.0.1 behind a TLS proxy or an SSH tunnel, " +
        "or say --insecure-public-bind if you know that the network is yours.",
    )
  }
  return {
    listen: values.TUNDECK_LISTEN,
    dataDirectory: values.TUNDECK_DATA_DIR ?? defaultDataDirectory(env),
    engineSocket: values.TUNDECK_ENGINE_SOCKET,
    origins: values.TUNDECK_ORIGINS,
    tls,
    declaration: values.TUNDECK_APPLY,
    runAs: values.TUNDECK_RUN_AS,
    launchId: values.TUNDECK_LAUNCH_ID ?? randomUUID(),
    captureMegabytes: values.TUNDECK_CAPTURE_MEGABYTES,
    logLevel: values.TUNDECK_LOG_LEVEL,
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (ipFamily(host) === 4 && host.startsWith("127."))
}

function defaultDataDirectory(env: Record<string, string | undefined>): string {
  if (process.getuid?.() === 0) return "/var/lib/tundeck"
  return join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "tundeck")
}

/** The origin to print for people: the first that was given, else our own address. */
export function shownOrigin({ listen, origins, tls }: Pick<Settings, "listen" | "origins" | "tls">): string {
  const [first] = origins
  if (first !== undefined) return first
  const host = listen.host === "0.0.0.0" ? "127.0.0.1" : listen.host === "::" ? "::1" : listen.host
  return `${tls ? "https" : "http"}://${isIP(host) === 6 ? `[${host}]` : host}:${listen.port}`
}
