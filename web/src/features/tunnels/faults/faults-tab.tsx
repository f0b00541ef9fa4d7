import { Button, Stack, Text } from "@mantine/core"
import { IconBolt } from "@tabler/icons-react"
import { hasFaults, isFaulty, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { FaultRow } from "./fault-row.tsx"
import classes from "./faults.module.css"
import { faultFields } from "./stops.ts"
import { settingsOf, useFaults } from "./use-faults.ts"

const directions = ["outbound", "inbound"] as const

/** What is done to the packets on purpose, for tests. Every move acts at once. */
export function FaultsTab({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const mayChange = useIsAdmin()
  const { faults, set, allOff, retry, pending, saved, error } = useFaults(tunnel)
  const anyOn = hasFaults(faults)
  const stopped = tunnel.state === "stopped" || tunnel.state === "failed"
  return (
    <Stack gap="md">
      <div className={classes.bar}>
        <Text size="sm" c="dimmed" className={classes.barNote}>
          {t("faults.note")} {stopped && t("faults.stopped")} {!mayChange && t("faults.viewer")}
        </Text>
        <Text size="sm" c="dimmed" role="status" className={classes.status}>
          {pending ? t("faults.saving") : saved && t("faults.saved")}
        </Text>
        {mayChange && (
          <Button size="xs" variant={anyOn ? "filled" : "default"} disabled={!anyOn} onClick={allOff}>
            {t("faults.allOff")}
          </Button>
        )}
      </div>
      {error !== null && <ProblemNotice error={error} onRetry={retry} />}
      <div className={classes.directions}>
        {directions.map((direction) => {
          const settings = settingsOf(faults, direction)
          return (
            <Section
              key={direction}
              title={t(`faults.${direction}`)}
              actions={
                <span className={classes.mark} data-on={isFaulty(settings) || undefined}>
                  {isFaulty(settings) && <IconBolt size={14} aria-hidden />}
                  {t(isFaulty(settings) ? "faults.on" : "faults.off")}
                </span>
              }
            >
              {faultFields.map((field) => (
                <FaultRow
                  key={field}
                  direction={direction}
                  field={field}
                  value={settings[field]}
                  disabled={!mayChange}
                  onChange={(value) => set(direction, { [field]: value })}
                />
              ))}
            </Section>
          )
        })}
      </div>
    </Stack>
  )
}
