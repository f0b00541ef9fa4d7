import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { pathMtuWish, routes, type TunnelView } from "@tundeck/shared"
import { type FormEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { schemaErrors } from "../../../lib/api/form-errors.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { type ProbeResult, ShowProbe } from "./probe-result.tsx"
import classes from "./try.module.css"

const kinds = ["ping", "trace", "pathMtu"] as const
type Kind = (typeof kinds)[number]

/** Ping, traceroute and path MTU: one at a time, the last result stays until the next. */
export function ProbeCard({ tunnel, guess, disabled }: { tunnel: TunnelView; guess: string; disabled: boolean }) {
  const { t } = useTranslation("tunnels")
  const [kind, setKind] = useState<Kind>("ping")
  const [typed, setTyped] = useState<string>()
  const [judged, setJudged] = useState(false)
  const destination = (typed ?? guess).trim()
  const { destination: wrong } = schemaErrors(pathMtuWish, { destination })
  const run = useMutation({ mutationFn: (asked: Kind) => probe(tunnel.id, asked, destination) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setJudged(true)
    if (wrong === undefined && !disabled && !run.isPending) run.mutate(kind)
  }
  return (
    <Section title={t("tryOut.probe.title")} note={t("tryOut.probe.note")}>
      <Stack gap="sm">
        <form onSubmit={submit} noValidate>
          <Stack gap="sm" align="flex-start">
            <SegmentedControl
              aria-label={t("tryOut.probe.kind")}
              data={kinds.map((value) => ({ value, label: t(`tryOut.probe.kinds.${value}`) }))}
              value={kind}
              onChange={(value) => setKind(kinds.find((one) => one === value) ?? "ping")}
            />
            <Group align="flex-start" gap="sm">
              <TextInput
                label={t("tryOut.probe.destination")}
                placeholder={t("tryOut.probe.placeholder")}
                value={typed ?? guess}
                onChange={({ currentTarget: { value } }) => setTyped(value)}
                error={judged && wrong}
                w={240}
                spellCheck={false}
                autoComplete="off"
              />
              <Button type="submit" className={classes.run} loading={run.isPending} disabled={disabled}>
                {t(`tryOut.probe.run.${kind}`)}
              </Button>
            </Group>
          </Stack>
        </form>
        <Text size="sm" c="dimmed" role="status" mih={20}>
          {run.isPending && t(`tryOut.probe.running.${run.variables}`)}
        </Text>
        {run.error !== null && <ProblemNotice error={run.error} />}
        {run.data !== undefined && <ShowProbe {...run.data} />}
      </Stack>
    </Section>
  )
}

async function probe(id: string, kind: Kind, destination: string): Promise<ProbeResult> {
  const asked = { params: { id }, body: { destination } }
  switch (kind) {
    case "ping":
      return { kind, result: await call(routes.pingTunnel, asked) }
    case "trace":
      return { kind, result: await call(routes.traceTunnel, asked) }
    case "pathMtu":
      return { kind, result: await call(routes.probePathMtu, asked) }
  }
}
