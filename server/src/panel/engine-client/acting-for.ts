import { AsyncLocalStorage } from "node:async_hooks"
import type { CallCause } from "@tundeck/shared"

/** The API call on whose behalf something is done: what it asks of the engine bears its name, through however many services. */
export const actingFor = new AsyncLocalStorage<CallCause>()
