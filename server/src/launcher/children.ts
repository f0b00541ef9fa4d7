import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { closeSync } from "node:fs"
import { opensslEnvironment } from "@tundeck/native-bindings"
import { formatEndpoint } from "@tundeck/shared"
import { parentVariable } from "./die-with-parent.ts"
import { childArguments, nodeBelow } from "./program.ts"
import type { Settings } from "./settings.ts"
import { createTunBroker, type TunAccess } from "./tun-broker.ts"
import { createWireguardSockets } from "./wireguard-sockets.ts"

// What a child needs of our environment beside its own settings; the rest (HOME, tokens, NODE_OPTIONS) stays here.
const inherited = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "NODE_EXTRA_CA_CERTS"] as const
const brokerFd = 3

/** The same for all children of this launcher: the panel tells its own restart from a new start of all. */
const launchId = randomUUID()

type Environment = Record<string, string | number | null | undefined>

/** `access` is null where the engine opens /dev/net/tun itself. */
export function startEngine(settings: Settings, root: string, access: TunAccess | null): ChildProcess {
  const { accounts, engineNamespace } = settings
  const broker = access === null ? null : createTunBroker(access, createWireguardSockets())
  const child = start(root, "server/src/engine/main.ts", ["ignore", 2, 2, broker?.engineEnd ?? "ignore", "ipc"], {
    ...common(settings),
    ...opensslEnvironment,
    TUNDECK_PANEL_UID: accounts?.panel.uid ?? process.getuid?.(),
    TUNDECK_RUN_AS: accounts && `${accounts.engine.uid}:${accounts.engine.gid}`,
    TUNDECK_NETNS: engineNamespace,
    TUNDECK_TUN_BROKER_FD: broker && brokerFd,
  })
  if (broker) {
    closeSync(broker.engineEnd)
    broker.serve(child.pid ?? 0)
    child.once("exit", () => broker.close())
  }
  return child
}

/** Its stdout is a pipe (the setup link), its messages are about the demo. */
export function startPanel(settings: Settings, root: string): ChildProcess {
  const { accounts, tls, origins, apply, insecurePublicBind } = settings
  return start(root, "server/src/panel/main.ts", ["ignore", "pipe", 2, "ipc"], {
    ...common(settings),
    TUNDECK_LAUNCH_ID: launchId,
    TUNDECK_LISTEN: formatEndpoint(settings.listen),
    TUNDECK_DATA_DIR: settings.dataDirectory,
    TUNDECK_ORIGINS: origins,
    TUNDECK_TLS_CERT: tls?.certificate,
    TUNDECK_TLS_KEY: tls?.key,
    TUNDECK_CAPTURE_MEGABYTES: settings.captureMegabytes,
    TUNDECK_APPLY: apply,
    TUNDECK_INSECURE_PUBLIC_BIND: insecurePublicBind ? 1 : null,
    TUNDECK_RUN_AS: accounts && `${accounts.panel.uid}:${accounts.panel.gid}`,
  })
}

function common(settings: Settings): Environment {
  return {
    ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
    TUNDECK_ENGINE_SOCKET: settings.engineSocket,
    TUNDECK_LOG_LEVEL: settings.logLevel,
    [parentVariable]: process.pid,
  }
}

/** In a session of its own: Ctrl-C on the terminal comes to the launcher alone, which ends its children in order. */
function start(
  root: string,
  file: string,
  stdio: ("ignore" | "pipe" | "ipc" | number)[],
  environment: Environment,
): ChildProcess {
  const set = Object.entries(environment).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]))
  const env = Object.fromEntries(set)
  return spawn(nodeBelow(root), childArguments(root, file), { stdio, env, cwd: "/", detached: true })
}
