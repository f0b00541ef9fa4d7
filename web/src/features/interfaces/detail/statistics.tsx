import { Text } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatBytes, formatCount } from "../../../lib/format.ts"
import { Section } from "../../../ui/section.tsx"
import classes from "./statistics.module.css"

/** The kernel's counters of both directions, named from where a person stands: the program on the other side. */
export function Statistics({ view: { actual } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  if (!actual) {
    return (
      <Section title={t("detail.statistics.title")}>
        <Text size="sm" c="dimmed">
          {t("detail.statistics.missing")}
        </Text>
      </Section>
    )
  }
  const s = actual.statistics
  const lines = [
    {
      name: t("detail.statistics.packets"),
      received: formatCount(s.receivedPackets),
      sent: formatCount(s.sentPackets),
    },
    { name: t("detail.statistics.bytes"), received: formatBytes(s.receivedBytes), sent: formatBytes(s.sentBytes) },
    { name: t("detail.statistics.dropped"), received: formatCount(s.receiveDropped), sent: formatCount(s.sendDropped) },
    { name: t("detail.statistics.errors"), received: formatCount(s.receiveErrors), sent: formatCount(s.sendErrors) },
  ]
  return (
    <Section title={t("detail.statistics.title")} note={t("detail.statistics.note")}>
      <table className={classes.table} aria-label={t("detail.statistics.title")}>
        <thead>
          <tr>
            <th scope="col">{t("detail.statistics.counter")}</th>
            <th scope="col">{t("detail.statistics.received")}</th>
            <th scope="col">{t("detail.statistics.sent")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, received, sent }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{received}</td>
              <td>{sent}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {s.sendDropped > 0 && <p className={classes.warning}>{t("detail.statistics.queueFull")}</p>}
    </Section>
  )
}
