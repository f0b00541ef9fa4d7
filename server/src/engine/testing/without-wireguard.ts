import { errno } from "@tundeck/native-bindings"
import type { WireguardOptions } from "../ports.ts"

/** For a manager whose tunnels are in clear text. */
export const withoutWireguard: WireguardOptions = {
  onStamped: () => {},
  onReconfigured: () => {},
  sockets: { open: () => ({ errno: errno.EACCES }), remove: () => {} },
  isStandAlone: false,
}
