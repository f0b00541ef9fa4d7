import { useTranslation } from "react-i18next"
import { Page } from "../../ui/page.tsx"

export function SignInPage() {
  const { t } = useTranslation("signIn")
  return <Page title={t("title")}>{null}</Page>
}
