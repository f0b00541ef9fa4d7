import { Button, Group, Text } from "@mantine/core"
import { IconFlask } from "@tabler/icons-react"
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useLocation } from "@tanstack/react-router"
import { type PingResult, routes } from "@tundeck/shared"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { formatMilliseconds } from "../../../lib/format.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { tunnelsQuery } from "../../../lib/tunnels.ts"
import { ButtonLink } from "../../../ui/links.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { StartCard } from "./start-card.tsx"

export const experimentQuery = queryOptions({
  queryKey: ["experiment"],
  queryFn: ({ signal }) => call(routes.experimentState, { signal }),
})

/** One click makes an interface that answers, and pings it; one click takes all of it away. */
export function ExperimentCard({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation("overview")
  const queryClient = useQueryClient()
  const { data: view } = useQuery(experimentQuery)
  const lookAgain = () =>
    Promise.all(
      [experimentQuery, interfacesQuery, tunnelsQuery].map(({ queryKey }) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    )
  const start = useMutation({ mutationFn: () => call(routes.startExperiment), onSettled: lookAgain })
  const stop = useMutation({ mutationFn: () => call(routes.stopExperiment), onSettled: lookAgain })
  const card = useWantedCard()
  const isBusy = start.isPending || stop.isPending
  const error = start.error ?? stop.error
  const made = view?.made === true
  const begin = () => {
    stop.reset()
    start.mutate()
  }
  const end = () => {
    start.reset()
    stop.mutate()
  }
  return (
    <StartCard
      ref={card}
      icon={<IconFlask size={24} stroke={1.5} aria-hidden />}
      title={t("experiment.title")}
      text={t("experiment.text")}
      foot={
        <Group gap="xs">
          {made && view.tunnel !== null && (
            <ButtonLink to="/tunnels/$id" params={{ id: view.tunnel }} hash="packets">
              {t("experiment.packets")}
            </ButtonLink>
          )}
          {mayChange && (
            <Button
              variant={made ? "default" : "filled"}
              loading={start.isPending}
              disabled={view === undefined || isBusy}
              onClick={begin}
            >
              {t(made ? "experiment.again" : "experiment.start")}
            </Button>
          )}
          {mayChange && made && (
            <Button variant="default" loading={stop.isPending} disabled={isBusy} onClick={end}>
              {t("experiment.stop")}
            </Button>
          )}
        </Group>
      }
    >
      <Text size="sm" role="status" fw={500}>
        {start.isPending && t("experiment.progress")}
        {!start.isPending &&
          made &&
          (view.ping === null ? t("experiment.made", { name: view.interface }) : <Said ping={view.ping} />)}
      </Text>
      {error !== null && <ProblemNotice error={error} />}
    </StartCard>
  )
}

/** Links of other pages lead to it: `/#try`. */
function useWantedCard() {
  const card = useRef<HTMLElement>(null)
  const isWanted = useLocation({ select: ({ hash }) => hash === "try" })
  useEffect(() => {
    if (!isWanted) return
    card.current?.scrollIntoView({ block: "center" })
    card.current?.focus({ preventScroll: true })
  }, [isWanted])
  return card
}

function Said({ ping: { received, items, destination, roundTripMs } }: { ping: PingResult }) {
  const { t } = useTranslation("overview")
  const average = roundTripMs === null ? "" : formatMilliseconds(roundTripMs.average)
  return (
    <>
      {t("experiment.received", { received, sent: items.length, destination })}{" "}
      {roundTripMs !== null && t("experiment.average", { average })}
    </>
  )
}
