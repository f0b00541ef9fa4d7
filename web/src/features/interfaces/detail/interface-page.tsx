import { useTranslation } from "react-i18next"
import { Page } from "../../../ui/page.tsx"

export function InterfacePage() {
  const { t } = useTranslation("interfaces")
  return <Page title={t("title")}>{null}</Page>
}
