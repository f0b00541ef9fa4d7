import type { HostEvent } from "@tundeck/shared"
import { Signal } from "./signal.ts"

/** What the services tell the live side. */
export interface Changes {
  /** The tunnel's id: its configuration or its state is another one now. */
  tunnel: Signal<string>
  tunnelDeleted: Signal<string>
  interfaces: Signal<void>
  event: Signal<HostEvent>
  /** The id of a session or token that is over: whoever came with it is cut off. */
  credentialEnded: Signal<string>
}

export function createChanges(): Changes {
  return {
    tunnel: new Signal(),
    tunnelDeleted: new Signal(),
    interfaces: new Signal(),
    event: new Signal(),
    credentialEnded: new Signal(),
  }
}
