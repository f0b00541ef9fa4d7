import { useTranslation } from "react-i18next"
import { Page } from "../../ui/page.tsx"

export function SetupPage() {
  const { t } = useTranslation("signIn")
  return <Page title={t("title")}>{null}</Page>
}
