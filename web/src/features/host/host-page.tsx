import { useTranslation } from "react-i18next"
import { Page } from "../../ui/page.tsx"

export function HostPage() {
  const { t } = useTranslation("host")
  return <Page title={t("title")}>{null}</Page>
}
