import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import { events } from "../features/events/strings.ts"
import { host } from "../features/host/strings.ts"
import { interfaces } from "../features/interfaces/strings.ts"
import { overview } from "../features/overview/strings.ts"
import { packets } from "../features/packets/strings.ts"
import { settings } from "../features/settings/strings.ts"
import { signIn } from "../features/sign-in/strings.ts"
import type { systemCalls } from "../features/system-calls/strings.ts"
import type { tunnels } from "../features/tunnels/strings.ts"
import { common } from "../lib/strings/en.ts"
import type { analysis } from "../ui/packets/analysis/strings.ts"

/** What is there at once; a namespace is a feature: useTranslation("interfaces"). */
const english = { common, events, host, interfaces, overview, packets, settings, signIn } as const

/** The whole catalogue. */
type Catalogue = typeof english & {
  readonly analysis: typeof analysis
  readonly systemCalls: typeof systemCalls
  readonly tunnels: typeof tunnels
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common"
    resources: Catalogue
  }
}

export function setUpStrings(): void {
  void i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "common",
    resources: { en: english },
    initAsync: false,
    interpolation: { escapeValue: false }, // React escapes
  })
}

/** A third of all words: they come with the first page that says them. */
export async function addTunnelStrings(): Promise<void> {
  if (i18next.hasResourceBundle("en", "tunnels")) return
  const added = await import("../features/tunnels/strings.ts")
  i18next.addResourceBundle("en", "tunnels", added.tunnels)
}

export async function addSystemCallStrings(): Promise<void> {
  if (i18next.hasResourceBundle("en", "systemCalls")) return
  const added = await import("../features/system-calls/strings.ts")
  i18next.addResourceBundle("en", "systemCalls", added.systemCalls)
}
