import { useTranslation } from "react-i18next"
import { Page } from "../../ui/page.tsx"

export function PacketsPage() {
  const { t } = useTranslation("packets")
  return <Page title={t("title")}>{null}</Page>
}
