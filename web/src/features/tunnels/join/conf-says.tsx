import { Stack, Text } from "@mantine/core"
import type { ParsedWgQuick } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import { KeyValues } from "../../../ui/key-values.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"

/** What will be made of a file, before it is. */
export function ConfSays({ parsed }: { parsed: ParsedWgQuick | undefined }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  if (parsed === undefined) {
    return (
      <Section title={t("join.file.says")}>
        <Text size="sm" c="dimmed">
          {t("join.file.nothing")}
        </Text>
      </Section>
    )
  }
  const { addresses, listenPort, mtu, peers, privateKey } = parsed.conf
  const none = common("page.none")
  return (
    <Section title={t("join.file.says")}>
      <Stack gap="sm">
        <KeyValues
          items={[
            { key: t("other.address"), value: addresses.length === 0 ? none : <Mono>{addresses.join(", ")}</Mono> },
            { key: t("form.port"), value: listenPort ?? t("join.file.anyPort") },
            { key: t("join.file.mtu"), value: mtu === null ? none : formatCount(mtu) },
            { key: t("join.file.key"), value: t(privateKey === null ? "join.file.keyMade" : "join.file.keyTaken") },
            { key: t("tab.peers"), value: formatCount(peers.length) },
          ]}
        />
        {parsed.notes.map(({ line, message }) => (
          <Text key={line} size="sm" c="dimmed">
            {t("join.file.line", { line })}: {message}
          </Text>
        ))}
      </Stack>
    </Section>
  )
}
