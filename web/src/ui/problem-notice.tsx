import { Alert, Anchor, Button, Group, Text } from "@mantine/core"
import { IconAlertTriangle } from "@tabler/icons-react"
import { Problem, type ProblemCode } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { requestOf } from "../lib/api/request-of.ts"
import { explain } from "../lib/explain.ts"
import { showCalls } from "../lib/system-calls.ts"
import { CopyButton } from "./copy-button.tsx"
import { Mono } from "./mono.tsx"
import { Prose } from "./prose.tsx"

interface ProblemNoticeProps {
  error: unknown
  /** What was tried, when the problem's own title does not say: "The interfaces could not be read". */
  what?: string
  onRetry?: () => void
  /** Field errors that already stand beside their fields; the others are listed here. */
  shownFields?: (path: string) => boolean
}

/** Those that come from a call of the kernel. */
const ofKernel: ReadonlySet<string> = new Set<ProblemCode>([
  "interface-held",
  "interface-mismatch",
  "address-refused",
  "route-refused",
  "setting-refused",
  "capability-missing",
])

/** An error where it happened: title, detail, fields, code to copy, and the kernel's part in it. */
export function ProblemNotice({ error, what, onRetry, shownFields }: ProblemNoticeProps) {
  const { t } = useTranslation()
  const explained = explain(error)
  const request = requestOf(error)
  const fields = error instanceof Problem ? (error.errors ?? []).filter(({ path }) => !shownFields?.(path)) : []
  const title = explained.kind === "problem" ? explained.title : t(`problem.${explained.kind}.title`)
  const detail =
    explained.kind === "problem"
      ? explained.detail
      : explained.kind === "unknown"
        ? t("problem.unknown.detail", { message: explained.message })
        : t("problem.unreachable.detail")
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={what ?? title}>
      {what !== undefined && <Text size="sm">{title}.</Text>}
      {detail !== undefined && (
        <Text size="sm">
          <Prose text={detail} />
        </Text>
      )}
      {fields.length > 0 && (
        <ul aria-label={t("problem.fields")} style={{ margin: "4px 0 0", paddingLeft: 18 }}>
          {fields.map(({ path, message }) => (
            <li key={path + message}>
              <Mono>{path}</Mono>: {message}
            </li>
          ))}
        </ul>
      )}
      {(explained.kind === "problem" || onRetry) && (
        <Group gap="sm" mt={8}>
          {onRetry && (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              {t("problem.retry")}
            </Button>
          )}
          {explained.kind === "problem" && (
            <Group gap={4}>
              <Text size="xs" c="dimmed">
                {t("problem.code")}
              </Text>
              <Anchor
                size="xs"
                ff="monospace"
                href={`/docs/errors#${explained.code}`}
                target="_blank"
                rel="noreferrer"
                title={t("problem.explain")}
              >
                {explained.code}
              </Anchor>
              <CopyButton size="xs" value={explained.code} what={t("problem.code")} />
            </Group>
          )}
          {request !== undefined && explained.kind === "problem" && ofKernel.has(explained.code) && (
            <Anchor
              component="button"
              type="button"
              size="xs"
              onClick={() => showCalls({ kind: "request", id: request })}
            >
              {t("systemCalls.open")}
            </Anchor>
          )}
        </Group>
      )}
    </Alert>
  )
}
