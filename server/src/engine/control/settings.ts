import { z } from "zod"
import type { WireguardSettings } from "../ports.ts"
import { withholdable } from "../relay/wireguard/tundeck/features.ts"

const number = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})$/, "a whole number")
  .transform(Number)

const path = z.string().regex(/^\/[^\0]+$/, "an absolute path")

const schema = z.object({
  TUNDECK_ENGINE_SOCKET: path.max(
    99,
    "at most 99 characters: a socket's path has 108 bytes, and the packet stream's is longer",
  ),
  TUNDECK_PANEL_UID: number,
  TUNDECK_RUN_AS: z
    .string()
    .regex(/^\d{1,10}:\d{1,10}$/, "uid:gid")
    .optional(),
  TUNDECK_TUN_BROKER_FD: number.optional(),
  TUNDECK_NETNS: path.optional(),
  TUNDECK_REKEY_SECONDS: number
    .refine(
      (seconds) => seconds >= 5 && seconds <= 120,
      "from 5 to 120: the protocol makes new keys at 120 at the latest",
    )
    .optional(),
  TUNDECK_WIREGUARD_WITHOUT: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(["trains", "aes-256-gcm", "probes"])))
    .default([]),
  TUNDECK_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
})

export interface EngineSettings {
  socketPath: string
  /** The only user who may talk to the engine, root included. */
  panelUid: number
  /** Whom to become; undefined: stay who we are. */
  runAs: { uid: number; gid: number } | undefined
  brokerFd: number | undefined
  /** A network namespace's file, to enter first. */
  namespace: string | undefined
  wireguard: WireguardSettings
  logLevel: string
}

/** Reads the environment that the launcher gives. Throws one Error that names every fault. */
export function readSettings(environment: NodeJS.ProcessEnv): EngineSettings {
  const parsed = schema.safeParse(environment)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
    throw new Error(`The engine's settings are not right:\n  ${faults.join("\n  ")}`)
  }
  const { data } = parsed
  const [uid, gid] = (data.TUNDECK_RUN_AS ?? "").split(":").map(Number)
  return {
    socketPath: data.TUNDECK_ENGINE_SOCKET,
    panelUid: data.TUNDECK_PANEL_UID,
    runAs: uid === undefined || gid === undefined ? undefined : { uid, gid },
    brokerFd: data.TUNDECK_TUN_BROKER_FD,
    namespace: data.TUNDECK_NETNS,
    wireguard: {
      rekeyAfterMs: data.TUNDECK_REKEY_SECONDS && data.TUNDECK_REKEY_SECONDS * 1000,
      withheld: data.TUNDECK_WIREGUARD_WITHOUT.reduce((bits, name) => bits | withholdable[name], 0),
    },
    logLevel: data.TUNDECK_LOG_LEVEL,
  }
}
