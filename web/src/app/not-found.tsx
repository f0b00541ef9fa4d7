import { useTranslation } from "react-i18next"
import { Empty } from "../ui/empty.tsx"
import { AnchorLink } from "../ui/links.tsx"

export function NotFound() {
  const { t } = useTranslation()
  return (
    <div style={{ padding: 24 }}>
      <Empty title={t("page.notFound")}>
        {t("page.notFoundDetail")}{" "}
        <AnchorLink to="/" underline="always">
          {t("page.toOverview")}
        </AnchorLink>
      </Empty>
    </div>
  )
}
