import { Button, Group, Text } from "@mantine/core"
import { IconFileExport, IconRefresh } from "@tabler/icons-react"
import type { TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { CopyButton } from "../../../ui/copy-button.tsx"
import { KeyMark } from "../../../ui/keys/key-mark.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { Section } from "../../../ui/section.tsx"
import { ExportDialog } from "./export-dialog.tsx"
import classes from "./keys.module.css"
import { PreviousKey } from "./previous-key.tsx"
import { RotateDialog } from "./rotate-dialog.tsx"

interface KeySectionProps {
  tunnel: TunnelView
  security: { publicKey: string; previousPublicKey: string | null }
}

/** What the peers know this tunnel by; to change it, and to take the tunnel elsewhere as a file. */
export function KeySection({ tunnel, security: { publicKey, previousPublicKey } }: KeySectionProps) {
  const { t } = useTranslation("tunnels")
  const mayChange = useIsAdmin()
  const [asked, setAsked] = useState<"rotate" | "export" | null>(null)
  const close = () => setAsked(null)
  return (
    <Section
      title={t("keys.title")}
      note={t("keys.note")}
      actions={
        mayChange && (
          <Group gap={8}>
            {previousPublicKey === null && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={15} aria-hidden />}
                onClick={() => setAsked("rotate")}
              >
                {t("keys.rotate.title")}
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFileExport size={15} aria-hidden />}
              onClick={() => setAsked("export")}
            >
              {t("keys.export.button")}
            </Button>
          </Group>
        )
      }
    >
      <div className={classes.key}>
        <KeyMark publicKey={publicKey} />
        <Group gap={4} wrap="nowrap" miw={0}>
          <Text size="sm" component="span">
            <Mono>{publicKey}</Mono>
          </Text>
          <CopyButton value={publicKey} what={t("keys.publicKey")} />
        </Group>
      </div>
      {previousPublicKey !== null && (
        <PreviousKey tunnel={tunnel} publicKey={previousPublicKey} mayChange={mayChange} />
      )}
      {asked === "rotate" && <RotateDialog tunnel={tunnel} onClose={close} />}
      {asked === "export" && <ExportDialog tunnel={tunnel} onClose={close} />}
    </Section>
  )
}
