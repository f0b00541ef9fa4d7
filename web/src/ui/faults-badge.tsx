import { Badge, Tooltip } from "@mantine/core"
import { IconBolt } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import classes from "./faults-badge.module.css"

/** Stands wherever a tunnel is shown that has faults injected. */
export function FaultsBadge() {
  const { t } = useTranslation()
  return (
    <Tooltip label={t("state.faultsTitle")}>
      <Badge className={classes.badge} leftSection={<IconBolt size={13} aria-hidden />}>
        {t("state.faults")}
      </Badge>
    </Tooltip>
  )
}
