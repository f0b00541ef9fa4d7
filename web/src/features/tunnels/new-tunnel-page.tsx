import { Alert, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import type { InterfaceView, TunnelView } from "@tundeck/shared"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../lib/interfaces.ts"
import { useTunnels } from "../../lib/tunnels.ts"
import { AnchorLink, ButtonLink } from "../../ui/links.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { TunnelFormParts } from "./form/tunnel-form.tsx"
import { useCreateTunnel } from "./form/use-create-tunnel.ts"
import { useTunnelForm } from "./form/use-tunnel-form.ts"
import { emptyValues, freePort } from "./form/values.ts"
import { StartChoice } from "./join/start-choice.tsx"

const route = getRouteApi("/signed-in/tunnels/new")

const JoinCode = lazy(async () => ({ default: (await import("./join/join-code.tsx")).JoinCode }))
const ImportFile = lazy(async () => ({ default: (await import("./join/import-file.tsx")).ImportFile }))

export function NewTunnelPage() {
  const { t } = useTranslation("tunnels")
  const { from } = route.useSearch()
  return (
    <Page
      title={t("new")}
      crumb={
        <AnchorLink inherit to="/tunnels">
          {t("title")}
        </AnchorLink>
      }
      width="form"
    >
      <StartChoice />
      <Suspense fallback={<FormSkeleton />}>
        {from === "code" && <JoinCode />}
        {from === "file" && <ImportFile />}
        {from === undefined && <ByForm />}
      </Suspense>
    </Page>
  )
}

function FormSkeleton() {
  const { t } = useTranslation()
  return <Skeleton height={420} radius="lg" role="status" aria-label={t("page.loading")} />
}

function ByForm() {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const interfaces = useQuery(interfacesQuery)
  const tunnels = useTunnels()
  const error = interfaces.error ?? tunnels.error
  const retry = () => void Promise.all([interfaces.refetch(), tunnels.refetch()])
  // What the form begins with is told from the interfaces there are now, not from those of an earlier page.
  const known = interfaces.isFetchedAfterMount ? interfaces.data : undefined
  if (known !== undefined && tunnels.data !== undefined) return <NewTunnel interfaces={known} tunnels={tunnels.data} />
  if (error === null) return <FormSkeleton />
  const what = common("problem.failedLoad", { what: t("form.interfaces") })
  return <ProblemNotice error={error} what={what} onRetry={retry} />
}

interface NewTunnelProps {
  interfaces: readonly InterfaceView[]
  tunnels: readonly TunnelView[]
}

function NewTunnel({ interfaces, tunnels }: NewTunnelProps) {
  const { t } = useTranslation("tunnels")
  const { interface: wanted } = route.useSearch()
  const users = new Map(tunnels.map(({ interface: name, name: user }) => [name, user]))
  const free = interfaces.filter(({ name }) => !users.has(name))
  const form = useTunnelForm({
    ...emptyValues(free, wanted),
    port: freePort(tunnels.map(({ transport }) => transport)),
  })
  const { create, madeInterface, publicRefused } = useCreateTunnel(form)
  return (
    <TunnelFormParts
      form={form}
      interfaces={interfaces}
      users={users}
      mayCreateInterface
      onSubmit={(values) => create.mutate(values)}
      submit={t("form.create")}
      pending={create.isPending}
      error={create.error}
      publicRefused={publicRefused}
      notice={
        madeInterface !== null && (
          <Alert color="yellow" title={t("form.halfDone", { name: madeInterface })}>
            {t("form.halfDoneDetail", { name: madeInterface })}
          </Alert>
        )
      }
      cancel={
        <ButtonLink to="/tunnels" variant="default">
          {t("form.cancel")}
        </ButtonLink>
      }
    />
  )
}
