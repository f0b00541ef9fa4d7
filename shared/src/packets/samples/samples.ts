import { applicationSamples } from "./application.ts"
import { controlSamples } from "./control.ts"
import { linkSamples } from "./link.ts"
import { networkSamples } from "./network.ts"
import type { Sample } from "./sample.ts"
import { transportSamples } from "./transport.ts"
import { tunnelSamples } from "./tunnels.ts"

export const samples: readonly Sample[] = [
  ...linkSamples,
  ...networkSamples,
  ...controlSamples,
  ...transportSamples,
  ...applicationSamples,
  ...tunnelSamples,
]
