import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi, useNavigate } from "@tanstack/react-router"
import { type InterfaceView, routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useIsAdmin } from "../../../lib/session.ts"
import { AnchorLink, ButtonLink } from "../../../ui/links.tsx"
import { Page } from "../../../ui/page.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { interfaceQuery } from "../query.ts"
import { interfaceErrors } from "./errors.ts"
import { AccessGroup } from "./fields/access-group.tsx"
import { NetworkGroup } from "./fields/network-group.tsx"
import { WhatGroup } from "./fields/what-group.tsx"
import { FormFoot } from "./form-foot.tsx"
import { useInterfaceForm } from "./use-interface-form.ts"
import { type InterfaceValues, patchOf, valuesOf } from "./values.ts"

const route = getRouteApi("/signed-in/interfaces/$name/edit")

export function EditInterfacePage() {
  const { t } = useTranslation("interfaces")
  const { name } = route.useParams()
  const { data, error, refetch } = useQuery(interfaceQuery(name))
  return (
    <Page
      width="form"
      title={t("form.editTitle", { name })}
      crumb={
        <AnchorLink inherit to="/interfaces/$name" params={{ name }}>
          {name}
        </AnchorLink>
      }
    >
      {data && <EditForm key={name} saved={data} />}
      {!data && error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
    </Page>
  )
}

function EditForm({ saved }: { saved: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const isAdmin = useIsAdmin()
  const form = useInterfaceForm(valuesOf(saved))
  const nothingChanged = Object.keys(patchOf(form.values, saved)).length === 0
  const change = useMutation({
    mutationFn: (values: InterfaceValues) =>
      call(routes.changeInterface, { params: { name: saved.name }, body: patchOf(values, saved) }),
    onSuccess: async (view) => {
      queryClient.setQueryData(interfaceQuery(view.name).queryKey, view)
      void queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey })
      await navigate({ to: "/interfaces/$name", params: { name: view.name } })
    },
    onError: (error) => {
      const errors = interfaceErrors(error)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  return (
    <form
      noValidate
      aria-label={t("form.editTitle", { name: saved.name })}
      onSubmit={form.onSubmit((values) => change.mutate(values), focusFirst(form))}
    >
      <div style={{ display: "flex", flexDirection: "column", gap: 20 }}>
        <WhatGroup form={form} own={saved.name} />
        <AccessGroup form={form} />
        <NetworkGroup form={form} />
        <FormFoot
          submit={t("form.submitEdit")}
          pending={change.isPending}
          disabled={!isAdmin || nothingChanged}
          faults={Object.keys(form.errors).length}
          error={change.error}
          shownFields={(path) => form.errors[path] !== undefined}
          note={nothingChanged ? t("form.nothingChanged") : undefined}
          cancel={
            <ButtonLink variant="default" to="/interfaces/$name" params={{ name: saved.name }}>
              {t("form.cancel")}
            </ButtonLink>
          }
        />
      </div>
    </form>
  )
}
