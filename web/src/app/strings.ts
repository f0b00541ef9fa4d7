import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import { events } from "../features/events/strings.ts"
import { host } from "../features/host/strings.ts"
import type { interfaces } from "../features/interfaces/strings.ts"
import { overview } from "../features/overview/strings.ts"
import { packets } from "../features/packets/strings.ts"
import { settings } from "../features/settings/strings.ts"
import { signIn } from "../features/sign-in/strings.ts"
import type { systemCalls } from "../features/system-calls/strings.ts"
import type { tunnels } from "../features/tunnels/strings.ts"
import { common } from "../lib/strings/en.ts"
import type { analysis } from "../ui/packets/analysis/strings.ts"

/** What is there at once; a namespace is a feature: useTranslation("interfaces"). */
const english = { common, events, host, overview, packets, settings, signIn } as const

/** The whole catalogue. */
type Catalogue = typeof english & {
  readonly analysis: typeof analysis
  readonly interfaces: typeof interfaces
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

/** Half of all words: they come with the first page that says them. */
const later = {
  interfaces: async () => (await import("../features/interfaces/strings.ts")).interfaces,
  systemCalls: async () => (await import("../features/system-calls/strings.ts")).systemCalls,
  tunnels: async () => (await import("../features/tunnels/strings.ts")).tunnels,
}

export async function addStrings(feature: keyof typeof later): Promise<void> {
  if (i18next.hasResourceBundle("en", feature)) return
  i18next.addResourceBundle("en", feature, await later[feature]())
}
