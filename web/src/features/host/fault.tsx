import { Text, Title } from "@mantine/core"
import type { HostCheck } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { proseParts } from "../../lib/prose.ts"
import { Command } from "../../ui/command.tsx"
import { Prose } from "../../ui/prose.tsx"
import { StateShape } from "../../ui/state-badge.tsx"
import classes from "./host.module.css"

/** A red line: what was found, and the command that mends it. */
export function Fault({ check: { title, detail, remedy } }: { check: HostCheck }) {
  return (
    <article className={classes.fault} aria-label={title}>
      <div className={classes.shape}>
        <StateShape tone="bad" />
      </div>
      <div className={classes.body}>
        <Title order={2} size="15px">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          <Prose text={detail} />
        </Text>
        {remedy !== null && <Remedy title={title} remedy={remedy} />}
      </div>
    </article>
  )
}

/** The sentence, when it says more than the command; each command once more, ready to copy. */
function Remedy({ title, remedy }: { title: string; remedy: string }) {
  const { t } = useTranslation("host")
  const parts = proseParts(remedy)
  const commands = parts.filter(({ isCode }) => isCode)
  return (
    <div className={classes.remedy}>
      {commands.length < parts.length && (
        <Text size="sm">
          <Prose text={remedy} />
        </Text>
      )}
      {commands.map(({ text }) => (
        <Command key={text} text={text} what={t("command", { title })} />
      ))}
    </div>
  )
}
