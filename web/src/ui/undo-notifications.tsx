import { Button, Group, Notification, Portal, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { explain } from "../lib/explain.ts"
import { showCalls } from "../lib/system-calls.ts"
import { type PendingDeletion, useUndo } from "../lib/undo.ts"
import { useNow } from "../lib/use-now.ts"
import classes from "./undo-notifications.module.css"

/** At the foot of every page: what was just deleted and can still be taken back, and deletions that were refused. */
export function UndoNotifications() {
  const { pending, failed } = useUndo()
  if (pending.size + failed.size === 0) return null
  return (
    <Portal>
      <Stack className={classes.stack} gap="xs">
        {[...pending].map(([key, deletion]) => (
          <Pending key={key} deletion={deletion} />
        ))}
        {[...failed].map(([key, deletion]) => (
          <Failed key={key} deletion={deletion} />
        ))}
      </Stack>
    </Portal>
  )
}

function Pending({ deletion: { title, dueAt, isDone, calls, takeBack } }: { deletion: PendingDeletion }) {
  const { t } = useTranslation()
  const seconds = Math.max(0, Math.ceil((dueAt - useNow()) / 1000))
  return (
    <Notification withCloseButton={false} withBorder className={classes.notice}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          <span role="status">{title}</span>{" "}
          <Text span size="sm" c="dimmed">
            {isDone ? t("undo.left", { seconds }) : seconds > 0 ? t("undo.seconds", { seconds }) : t("undo.now")}
          </Text>
        </Text>
        <Group gap="xs" flex="none">
          {calls !== undefined && (
            <Button size="compact-sm" variant="subtle" onClick={() => showCalls(calls)}>
              {t("systemCalls.open")}
            </Button>
          )}
          <Button size="compact-sm" variant="light" onClick={takeBack}>
            {t("undo.takeBack")}
          </Button>
        </Group>
      </Group>
    </Notification>
  )
}

function Failed({ deletion: { title, error, dismiss } }: { deletion: PendingDeletion }) {
  const { t } = useTranslation()
  const explained = explain(error)
  const why =
    explained.kind === "problem"
      ? [explained.title, explained.detail].filter(Boolean).join(". ")
      : t(`problem.${explained.kind}.title`)
  return (
    <Notification
      color="red"
      role="alert"
      withBorder
      className={classes.notice}
      title={t("undo.failed", { title })}
      onClose={dismiss}
      closeButtonProps={{ "aria-label": t("undo.dismiss") }}
    >
      {why}
    </Notification>
  )
}
