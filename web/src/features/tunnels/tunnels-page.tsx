import { useTranslation } from "react-i18next"
import { Page } from "../../ui/page.tsx"

export function TunnelsPage() {
  const { t } = useTranslation("tunnels")
  return <Page title={t("title")}>{null}</Page>
}
