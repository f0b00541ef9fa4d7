import { ActionIcon, Button, Input, Text, TextInput } from "@mantine/core"
import { IconPlus, IconX } from "@tabler/icons-react"
import { mostPeers } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import classes from "./form.module.css"
import { newPeer } from "./new-peer.ts"
import type { TunnelEnds } from "./other-side.ts"
import type { TunnelForm } from "./use-tunnel-form.ts"

const text = {
  autoComplete: "off",
  spellCheck: false,
  styles: { input: { fontFamily: "var(--mantine-font-family-monospace)" } },
} as const

/** The peers of a new hub, one row each. */
export function PeersField({ form, ends }: { form: TunnelForm; ends: TunnelEnds }) {
  const { t } = useTranslation("tunnels")
  const { peers } = form.values
  const isTun = ends.kind === "tun"
  return (
    <Input.Wrapper
      labelElement="div"
      label={t("form.peers.label")}
      description={t(isTun ? "form.peers.noteTun" : "form.peers.noteTap")}
      error={form.errors.peers}
    >
      <div className={classes.peers}>
        {peers.length > 0 && (
          <div className={classes.peerHead} aria-hidden="true">
            <Text size="xs">{t("form.peers.name")}</Text>
            <Text size="xs">{t("form.peers.address")}</Text>
            <Text size="xs">{t("form.peers.allowed")}</Text>
          </div>
        )}
        {peers.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a peer has no name yet but its place
          <div key={index} className={classes.peer}>
            <TextInput
              {...text}
              aria-label={t("form.peers.nameOf", { number: index + 1 })}
              placeholder={t("form.peers.name")}
              {...form.getInputProps(`peers.${index}.name`)}
            />
            <TextInput
              {...text}
              aria-label={t("form.peers.addressOf", { number: index + 1 })}
              placeholder="192.168.1.7"
              {...form.getInputProps(`peers.${index}.address`)}
            />
            <TextInput
              {...text}
              aria-label={t("form.peers.allowedOf", { number: index + 1 })}
              placeholder={isTun ? t("form.peers.allowedPlaceholder") : t("form.peers.anySource")}
              {...form.getInputProps(`peers.${index}.allowed`)}
            />
            <ActionIcon
              size={36}
              aria-label={t("form.peers.remove", { number: index + 1 })}
              onClick={() => form.removeListItem("peers", index)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={peers.length >= mostPeers}
            onClick={() => form.insertListItem("peers", newPeer(peers, ends))}
          >
            {t("form.peers.add")}
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  )
}
