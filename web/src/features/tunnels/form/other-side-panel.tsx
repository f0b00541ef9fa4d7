import { Group, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Command } from "../../../ui/command.tsx"
import { CopyButton } from "../../../ui/copy-button.tsx"
import { KeyValues } from "../../../ui/key-values.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"
import { otherEnd, simpletunCommands, simpletunReaches, type TunnelEnds } from "./other-side.ts"
import type { TunnelFormValues } from "./values.ts"

/** What to do on the other host, in its own words. */
export function OtherSidePanel({ ends, security }: { ends: TunnelEnds; security: TunnelFormValues["security"] }) {
  const { t } = useTranslation("tunnels")
  const mirrored = [
    { key: t("other.kind"), value: ends.kind },
    ...ends.addresses.flatMap((address) => {
      const value = otherEnd(address)
      return value === undefined ? [] : [{ key: t("other.address"), value }]
    }),
    { key: t("other.role"), value: t(ends.role === "connect" ? "form.waits" : "form.calls"), plain: true },
    { key: t("other.peer"), value: ends.here },
    { key: t("other.port"), value: String(ends.port) },
    { key: t("other.security"), value: t(security === "none" ? "form.clearText" : "other.notChosen"), plain: true },
  ]
  const reached = simpletunReaches(ends.role === "connect" ? ends.peer : ends.here)
  return (
    <Section title={t("other.title")} note={t("other.note")}>
      <Stack gap="md">
        <div>
          <Text size="sm" fw={600} mb={6}>
            {t("other.tundeck")}
          </Text>
          <KeyValues
            items={mirrored.map(({ key, value, ...rest }) => ({
              key,
              value:
                "plain" in rest ? (
                  value
                ) : (
                  <Group gap={4} wrap="nowrap">
                    <Mono>{value}</Mono>
                    <CopyButton size="xs" value={value} what={`${key} ${value}`} />
                  </Group>
                ),
            }))}
          />
        </div>
        <div>
          <Text size="sm" fw={600} mb={6}>
            {t("other.simpletun")}
          </Text>
          {reached ? (
            <Command text={simpletunCommands(ends)} what={t("other.commands")} />
          ) : (
            <Text size="sm" c="dimmed">
              {t("other.noIpv6")}
            </Text>
          )}
        </div>
      </Stack>
    </Section>
  )
}
