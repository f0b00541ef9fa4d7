import { Anchor, Button, Text } from "@mantine/core"
import { IconPlayerPlay } from "@tabler/icons-react"
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type DemoView, routes } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { useNow } from "../../../lib/use-now.ts"
import { CopyButton } from "../../../ui/copy-button.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import classes from "./start.module.css"
import { StartCard } from "./start-card.tsx"

export const demoQuery = queryOptions({
  queryKey: ["demo"],
  queryFn: ({ signal }) => call(routes.demoState, { signal }),
})

/** Two complete hosts on this machine with one click. */
export function DemoCard({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation("overview")
  const queryClient = useQueryClient()
  const { data: demo } = useQuery(demoQuery)
  const remember = (view: DemoView) => queryClient.setQueryData(demoQuery.queryKey, view)
  const start = useMutation({ mutationFn: () => call(routes.startDemo), onSuccess: remember })
  const stop = useMutation({
    mutationFn: () => call(routes.stopDemo),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: demoQuery.queryKey }),
  })
  const error = start.error ?? stop.error
  const running = demo?.running === true
  return (
    <StartCard
      icon={<IconPlayerPlay size={24} stroke={1.5} aria-hidden />}
      title={t("demo.title")}
      text={t("demo.text")}
      foot={
        mayChange &&
        (running ? (
          <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t("demo.stop")}
          </Button>
        ) : (
          <Button disabled={demo?.available !== true} loading={start.isPending} onClick={() => start.mutate()}>
            {t("demo.start")}
          </Button>
        ))
      }
    >
      {running && <DemoHosts hosts={demo.hosts} />}
      {start.isPending && <Progress />}
      {demo !== undefined && !running && demo.why !== null && (
        <Text size="sm" c="var(--td-waiting)">
          {demo.why}
        </Text>
      )}
      {error !== null && <ProblemNotice error={error} />}
    </StartCard>
  )
}

/** The panel answers when all of it stands; until then, what it does and for how long already. */
function Progress() {
  const { t } = useTranslation("overview")
  const [since] = useState(Date.now)
  const seconds = Math.max(0, Math.round((useNow() - since) / 1000))
  return (
    <Text size="sm">
      <span role="status">{t("demo.progress")}</span> {t("demo.seconds", { seconds })}
    </Text>
  )
}

function DemoHosts({ hosts }: { hosts: DemoView["hosts"] }) {
  const { t } = useTranslation("overview")
  return (
    <ul className={classes.hosts} aria-label={t("demo.hosts")}>
      {hosts.map(({ name, url, setupLink }) => (
        <li key={name} className={classes.host}>
          <div className={classes.hostLine}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
          </div>
          <Address label={t("demo.panel")} url={url} />
          {setupLink !== null && <Address label={t("demo.setupLink")} url={setupLink} />}
        </li>
      ))}
    </ul>
  )
}

function Address({ label, url }: { label: string; url: string }) {
  return (
    <div className={classes.hostLine}>
      <span>
        {label}{" "}
        <Anchor href={url} target="_blank" rel="noreferrer" size="sm" ff="monospace">
          {url}
        </Anchor>
      </span>
      <CopyButton size="xs" value={url} what={label} />
    </div>
  )
}
