import { Badge, Button, Group, Tooltip } from "@mantine/core"
import { IconAlertTriangle, IconCheck, IconEyeOff } from "@tabler/icons-react"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { KernelLabel } from "../../../ui/kernel-label.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { type ComparedLine, compare, kernelNames } from "./comparison.ts"
import classes from "./comparison-table.module.css"
import { DriftActions } from "./drift-actions.tsx"
import { FieldValue } from "./field-value.tsx"
import type { InterfaceChanges } from "./use-interface-changes.ts"

/** Wanted | kernel | drift, line by line. */
export function ComparisonTable({ view, changes }: { view: InterfaceView; changes: InterfaceChanges }) {
  const { t } = useTranslation("interfaces")
  const isAdmin = useIsAdmin()
  const lines = compare(view)
  const drifted = lines.filter(({ status }) => status === "differs")
  const error = changes.repair.error ?? changes.change.error
  return (
    <Section
      flush
      title={t("detail.compare.title")}
      note={t(view.managed ? "detail.compare.note" : "detail.compare.othersNote")}
      actions={
        isAdmin &&
        drifted.length > 0 && (
          <Button
            size="compact-sm"
            loading={changes.repair.isPending && changes.repair.variables === undefined}
            onClick={() => changes.repair.mutate(undefined)}
          >
            {t("detail.compare.reapplyAll")}
          </Button>
        )
      }
    >
      {error && (
        <div style={{ padding: "4px 16px 12px" }}>
          <ProblemNotice error={error} />
        </div>
      )}
      <table className={classes.table} aria-label={t("detail.compare.title")}>
        <thead>
          <tr>
            <th scope="col">{t("detail.compare.field")}</th>
            {view.managed && <th scope="col">{t("detail.compare.wanted")}</th>}
            <th scope="col">{t("detail.compare.kernel")}</th>
            {view.managed && <th scope="col">{t("detail.compare.drift")}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.field} data-status={line.status}>
              <th scope="row">
                <KernelLabel kernel={kernelNames[line.field]}>{t(`detail.fields.${line.field}`)}</KernelLabel>
              </th>
              {view.managed && (
                <td className={classes.wanted} data-label={t("detail.compare.wanted")}>
                  <FieldValue field={line.field} of={view} />
                </td>
              )}
              <td data-label={t("detail.compare.kernel")}>
                <FieldValue field={line.field} of={view.actual} wish={view} />
              </td>
              {view.managed && (
                <td className={classes.drift} data-label={t("detail.compare.drift")}>
                  <Group gap="xs" className={classes.status}>
                    <DriftStatus status={line.status} />
                    {isAdmin && <DriftActions line={line} view={view} changes={changes} />}
                  </Group>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function DriftStatus({ status }: Pick<ComparedLine, "status">) {
  const { t } = useTranslation("interfaces")
  switch (status) {
    case "same":
      return (
        <span className={classes.same}>
          <IconCheck size={15} aria-hidden /> {t("detail.compare.same")}
        </span>
      )
    case "differs":
      return (
        <span className={classes.differs}>
          <IconAlertTriangle size={15} aria-hidden /> {t("detail.compare.differs")}
        </span>
      )
    case "ignored":
      return (
        <span className={classes.same}>
          <IconEyeOff size={15} aria-hidden /> {t("detail.compare.ignored")}
        </span>
      )
    case "attachment":
      return (
        <Tooltip label={t("detail.compare.attachmentTitle")}>
          <Badge color="gray" flex="none">
            {t("detail.compare.attachment")}
          </Badge>
        </Tooltip>
      )
    case "unwatched":
      return null
  }
}
