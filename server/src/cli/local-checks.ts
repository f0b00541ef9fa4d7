import { openRtnetlink } from "@tundeck/native-bindings"
import { formatEndpoint, type HostCheck } from "@tundeck/shared"
import { checkHost } from "../engine/host/checks.ts"
import { createOpenDevice } from "../engine/interfaces/device-file.ts"
import { findAccount } from "../launcher/accounts.ts"
import { whyNotHere } from "../launcher/demo-control.ts"
import { checkPortIsFree } from "../launcher/listening.ts"
import { readSettings } from "../launcher/settings.ts"

/** What `tundeck doctor` tells of this machine with no server to ask: the engine's own preflight, and what a start needs. */
export async function localChecks(isServing: boolean): Promise<HostCheck[]> {
  const rtnetlink = openRtnetlink()
  const host = checkHost({ openDevice: createOpenDevice(undefined), rtnetlink, now: Date.now })
  rtnetlink.close()
  return [node(), await settings(isServing), ...host, demo()]
}

function node(): HostCheck {
  return { id: "node", ok: true, title: "Node is new enough", detail: process.versions.node, remedy: null }
}

async function settings(isServing: boolean): Promise<HostCheck> {
  try {
    const machine = { uid: process.getuid?.() ?? 0, findAccount, terminal: false }
    const { listen, dataDirectory } = readSettings(process.env, {}, machine)
    if (!isServing) await checkPortIsFree(listen)
    const detail = `It listens on ${formatEndpoint(listen)}; its data is in ${dataDirectory}.`
    return { id: "settings", ok: true, title: "The settings are right", detail, remedy: null }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return {
      id: "settings",
      ok: false,
      title: "Tundeck cannot start like this",
      detail,
      remedy: "Do as it says above.",
    }
  }
}

/** No fault: a server needs no demo. */
function demo(): HostCheck {
  const why = whyNotHere()
  const title = why === null ? "The two-host demo can run here" : "The two-host demo cannot run here"
  return { id: "demo", ok: true, title, detail: why ?? "`tundeck demo` starts it.", remedy: null }
}
