import { useTranslation } from "react-i18next"
import { EventFeed } from "../../ui/events/event-feed.tsx"
import { Page } from "../../ui/page.tsx"

export function EventsPage() {
  const { t } = useTranslation("events")
  return (
    <Page title={t("title")} note={t("note")} width="wide">
      <EventFeed label={t("title")} />
    </Page>
  )
}
