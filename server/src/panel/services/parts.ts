import type { Changes } from "../changes.ts"
import type { Engine } from "../engine-client/engine-client.ts"
import type { Store } from "../store/store.ts"
import type { Events } from "./events.ts"
import type { Serial } from "./serial.ts"

/** What the services stand on. */
export interface Parts {
  store: Store
  engine: Engine
  events: Events
  changes: Changes
  /** One change of interfaces or tunnels at a time. */
  serial: Serial
}
