import { Group, Select, Stack, Text } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Command } from "../../../ui/command.tsx"
import { CopyButton } from "../../../ui/copy-button.tsx"
import { KeyValues } from "../../../ui/key-values.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"
import { otherAddresses, simpletunCommands, simpletunReaches, simpletunSpeaks, type TunnelEnds } from "./other-side.ts"

/** Clear text: what to do on the other host, in its own words; on a hub, on each of its peers. */
export function OtherSidePanel({ ends }: { ends: TunnelEnds }) {
  const { t } = useTranslation("tunnels")
  const [chosen, setChosen] = useState(0)
  const peer = Math.max(0, Math.min(chosen, ends.peers.length - 1))
  if (ends.role !== "hub") {
    return (
      <Section title={t("other.title")} note={t("other.note")}>
        <Told ends={ends} peer={0} />
      </Section>
    )
  }
  const names = ends.peers.map(({ name }, i) => name || t("other.unnamed", { number: i + 1 }))
  return (
    <Section title={t("other.title")} note={t("other.hubNote")}>
      {names.length === 0 ? (
        <Text size="sm">{t("other.noPeers")}</Text>
      ) : (
        <Stack gap="md">
          <Select
            label={t("other.peer")}
            data={names.map((label, i) => ({ value: String(i), label }))}
            value={String(peer)}
            onChange={(value) => setChosen(Number(value))}
            allowDeselect={false}
            searchable={names.length > 12}
            limit={100}
          />
          <Told ends={ends} peer={peer} />
        </Stack>
      )}
    </Section>
  )
}

function Told({ ends, peer }: { ends: TunnelEnds; peer: number }) {
  const { t } = useTranslation("tunnels")
  const isIcmp = ends.transport === "icmp"
  /** What is typed there is in a list, to be copied; what is chosen there is text. */
  const mirrored: { key: string; value: string | string[] }[] = [
    { key: t("other.kind"), value: [ends.kind] },
    { key: t("other.address"), value: otherAddresses(ends, peer) },
    { key: t("form.transport"), value: t(`form.${ends.transport}`) },
    ...(ends.transport === "tcp" ? [{ key: t("form.framing"), value: t(`form.${ends.framing}`) }] : []),
    { key: t("form.role"), value: t(ends.role === "connect" ? "form.waits" : "form.calls") },
    { key: t("other.otherHost"), value: [ends.here] },
    { key: t(isIcmp ? "form.number" : "form.port"), value: [String(ends.port)] },
    { key: t("form.security"), value: t("form.clearText") },
  ]
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={600} mb={6}>
          {t("other.tundeck")}
        </Text>
        <KeyValues
          items={mirrored
            .filter(({ value }) => value.length > 0)
            .map(({ key, value }) => ({
              key,
              value:
                typeof value === "string" ? value : value.map((each) => <Copied key={each} what={key} value={each} />),
            }))}
        />
      </div>
      {simpletunSpeaks(ends) && (
        <div>
          <Text size="sm" fw={600} mb={6}>
            {t("other.simpletun")}
          </Text>
          {simpletunReaches(ends.role === "connect" ? ends.peer : ends.here) ? (
            <Command text={simpletunCommands(ends, peer)} what={t("other.commands")} />
          ) : (
            <Text size="sm" c="dimmed">
              {t("other.noIpv6")}
            </Text>
          )}
        </div>
      )}
    </Stack>
  )
}

function Copied({ what, value }: { what: string; value: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Mono>{value}</Mono>
      <CopyButton size="xs" value={value} what={`${what} ${value}`} />
    </Group>
  )
}
