import { useTranslation } from "react-i18next"
import { Empty } from "../../empty.tsx"

/** Nothing passed yet. */
export function NoRows() {
  const { t } = useTranslation("analysis")
  return <Empty title={t("waiting")}>{t("waitingDetail")}</Empty>
}
