import { Badge, Group, Text, Title } from "@mantine/core"
import { routes } from "@tundeck/shared"
import { useId } from "react"
import { useTranslation } from "react-i18next"
import { CopyButton } from "../../ui/copy-button.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { CallLine } from "./call-line.tsx"
import type { CallGroup } from "./group-calls.ts"
import classes from "./system-calls.module.css"

const summaries: ReadonlyMap<string, string> = new Map(
  Object.entries(routes).map(([name, { summary }]) => [name, summary]),
)
const ownActions = ["heal", "reconnect", "wanted.set", "engine"] as const

/** One action, and each call that it led to. */
export function ActionCalls({ group: { action, time, calls, refused } }: { group: CallGroup }) {
  const { t } = useTranslation("systemCalls")
  const id = useId()
  const own = ownActions.find((each) => each === action)
  const commands = calls.flatMap(({ command, error }) => (command === null || error !== null ? [] : command))
  return (
    <section className={classes.action} aria-labelledby={id}>
      <Group gap="sm" className={classes.head}>
        <Title order={3} id={id} size="14px" fw={600}>
          {own === undefined ? (summaries.get(action) ?? action) : t(`by.${own}`)}
        </Title>
        <Text size="xs" c="dimmed" component="span">
          <RelativeTime time={time} /> · {t("calls", { count: calls.length })}
        </Text>
        {refused > 0 && (
          <Badge color="red" variant="light" size="sm" tt="none">
            {t("refused", { count: refused })}
          </Badge>
        )}
        {commands.length > 0 && <CopyButton value={commands.join("\n")} what={t("commands")} />}
      </Group>
      {calls.map((call) => (
        <CallLine key={call.number} call={call} />
      ))}
    </section>
  )
}
