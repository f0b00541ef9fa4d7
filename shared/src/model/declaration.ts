import { z } from "zod"
import { interfaceCreate } from "./interface.ts"
import { tunnelCreate } from "./tunnel.ts"

/** `tundeck serve --apply FILE`: what shall exist. Each entry is the body of a POST; what has its name already is left alone. */
export const declaration = z.strictObject({
  interfaces: z.array(interfaceCreate).default([]),
  tunnels: z.array(tunnelCreate).default([]),
})
export type Declaration = z.infer<typeof declaration>
