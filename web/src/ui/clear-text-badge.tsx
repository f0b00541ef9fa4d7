import { Badge, Tooltip } from "@mantine/core"
import { IconLockOpen } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"

/** Stands wherever an unencrypted tunnel is shown. */
export function ClearTextBadge() {
  const { t } = useTranslation()
  return (
    <Tooltip label={t("state.clearTextTitle")}>
      <Badge
        color="red"
        variant="outline"
        style={{ flex: "none" }}
        leftSection={<IconLockOpen size={12} aria-hidden />}
      >
        {t("state.clearText")}
      </Badge>
    </Tooltip>
  )
}
