import { Text } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { KeyValues } from "../../../ui/key-values.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"

/** The processes that are attached to the interface now. */
export function Holders({ view: { holders } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  return (
    <Section title={t("detail.holders.title")}>
      {holders.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("detail.holders.none")}
        </Text>
      ) : (
        <KeyValues
          items={holders.map(({ pid, command }) => ({
            key: t("heldBy.process", { pid }),
            value: <Mono>{command}</Mono>,
          }))}
        />
      )}
    </Section>
  )
}
