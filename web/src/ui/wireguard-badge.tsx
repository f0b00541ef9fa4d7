import { Tooltip, VisuallyHidden } from "@mantine/core"
import { IconLock } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"

/** Beside the name of an encrypted tunnel: a quiet lock, since that is how it should be. */
export function WireguardBadge() {
  const { t } = useTranslation()
  return (
    <Tooltip label={t("state.wireguardTitle")}>
      <span style={{ display: "inline-grid", flex: "none", color: "var(--mantine-color-dimmed)" }}>
        <IconLock size={15} stroke={1.7} aria-hidden />
        <VisuallyHidden>{t("state.wireguard")}</VisuallyHidden>
      </span>
    </Tooltip>
  )
}
