import { List, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Section } from "../../../ui/section.tsx"
import type { Invited } from "./values.ts"

/** What happens when a wireguard tunnel is made, and what is then done on the other side; without `invited`, of one that exists. */
export function NextSteps({ invited }: { invited: Invited | undefined }) {
  const { t } = useTranslation("tunnels")
  if (invited === undefined) {
    return (
      <Section title={t("other.title")}>
        <Text size="sm">{t("next.exists")}</Text>
      </Section>
    )
  }
  return (
    <Section title={t("next.title")} note={t(`next.${invited}.note`)}>
      <List type="ordered" size="sm" spacing={6}>
        {(["first", "second", "third"] as const).map((step) => (
          <List.Item key={step}>{t(`next.${invited}.${step}`)}</List.Item>
        ))}
      </List>
    </Section>
  )
}
