import { Group, Text } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { CopyButton } from "../../../ui/copy-button.tsx"
import { KeyMark } from "../../../ui/keys/key-mark.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"
import classes from "./keys.module.css"

interface KeySectionProps {
  tunnel: TunnelView
  security: { publicKey: string; previousPublicKey: string | null }
}

/** What the peers know this tunnel by. */
export function KeySection({ security: { publicKey } }: KeySectionProps) {
  const { t } = useTranslation("tunnels")
  return (
    <Section title={t("keys.title")} note={t("keys.note")}>
      <div className={classes.key}>
        <KeyMark publicKey={publicKey} />
        <Group gap={4} wrap="nowrap" miw={0}>
          <Text size="sm" component="span">
            <Mono>{publicKey}</Mono>
          </Text>
          <CopyButton value={publicKey} what={t("keys.publicKey")} />
        </Group>
      </div>
    </Section>
  )
}
