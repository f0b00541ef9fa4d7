import { z } from "zod"

export const role = z.enum(["admin", "viewer"])

export const health = z.object({
  status: z.enum(["ok", "degraded"]),
  version: z.string(),
  engine: z.enum(["connected", "unavailable"]),
})

const username = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, "Use lower-case letters, digits and . _ @ -; begin with a letter or digit.")
const password = z.string().min(10, "At least 10 characters.").max(256, "At most 256 characters.")

export const setupState = z.object({ needed: z.boolean() })
export const setupBody = z.strictObject({ token: z.string().min(1).max(128), username, password })
export const signInBody = z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })
export const session = z.object({ username: z.string(), role })

export const token = z.object({
  id: z.string(),
  name: z.string(),
  role,
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
})
export const tokenCreate = z.strictObject({ name: z.string().trim().min(1).max(64), role: role.default("viewer") })
export const tokenCreated = z.object({ id: z.string(), token: z.string().describe("Shown once") })

export const demoView = z.object({
  running: z.boolean(),
  available: z.boolean(),
  why: z.string().nullable().describe("Why it cannot run here, or why it ended"),
  hosts: z.array(z.object({ name: z.string(), url: z.string(), setupLink: z.string().nullable() })),
})

export type DemoView = z.infer<typeof demoView>
export type Session = z.infer<typeof session>
export type Token = z.infer<typeof token>
