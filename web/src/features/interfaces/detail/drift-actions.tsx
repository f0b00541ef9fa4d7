import { Button, Tooltip } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { acceptance, type ComparedLine, isDriftField } from "./comparison.ts"
import type { InterfaceChanges } from "./use-interface-changes.ts"

interface DriftActionsProps {
  line: ComparedLine
  view: InterfaceView
  changes: InterfaceChanges
}

/** Re-apply, accept or ignore one field's drift. */
export function DriftActions({ line: { field, status }, view, changes: { repair, change } }: DriftActionsProps) {
  const { t } = useTranslation("interfaces")
  if (!isDriftField(field) || (status !== "differs" && status !== "ignored")) return null
  const name = t(`detail.fields.${field}`)
  const busy = repair.isPending || change.isPending
  const accepted = acceptance(field, view)
  const ignoreDrift =
    status === "ignored" ? view.ignoreDrift.filter((each) => each !== field) : [...view.ignoreDrift, field]
  const hide = status === "ignored" ? "watch" : "ignore"
  return (
    <Button.Group>
      <Tooltip label={t("detail.compare.reapplyTitle")}>
        <Button
          size="compact-xs"
          variant="default"
          disabled={busy}
          aria-label={t("detail.compare.reapplyLabel", { field: name })}
          onClick={() => repair.mutate([field])}
        >
          {t("detail.compare.reapply")}
        </Button>
      </Tooltip>
      <Tooltip label={t(accepted ? "detail.compare.acceptTitle" : "detail.compare.cannotAccept")}>
        <Button
          size="compact-xs"
          variant="default"
          disabled={busy}
          data-disabled={accepted ? undefined : true}
          aria-disabled={accepted === undefined}
          aria-label={t("detail.compare.acceptLabel", { field: name })}
          onClick={() => accepted && change.mutate(accepted)}
        >
          {t("detail.compare.accept")}
        </Button>
      </Tooltip>
      <Tooltip label={t("detail.compare.ignoreTitle")} disabled={status === "ignored"}>
        <Button
          size="compact-xs"
          variant="default"
          disabled={busy}
          aria-label={t(`detail.compare.${hide}Label`, { field: name })}
          onClick={() => change.mutate({ ignoreDrift })}
        >
          {t(`detail.compare.${hide}`)}
        </Button>
      </Tooltip>
    </Button.Group>
  )
}
