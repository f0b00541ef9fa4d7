import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import { events } from "../features/events/strings.ts"
import { host } from "../features/host/strings.ts"
import { interfaces } from "../features/interfaces/strings.ts"
import { overview } from "../features/overview/strings.ts"
import { packets } from "../features/packets/strings.ts"
import { settings } from "../features/settings/strings.ts"
import { signIn } from "../features/sign-in/strings.ts"
import { tunnels } from "../features/tunnels/strings.ts"
import { common } from "../lib/strings/en.ts"

/** The whole catalogue; a namespace is a feature: useTranslation("interfaces"). */
const english = { common, events, host, interfaces, overview, packets, settings, signIn, tunnels } as const

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common"
    resources: typeof english
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
