import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useIsAdmin } from "../../../lib/session.ts"
import { AnchorLink, ButtonLink } from "../../../ui/links.tsx"
import { Page } from "../../../ui/page.tsx"
import { interfaceQuery } from "../query.ts"
import { interfaceErrors } from "./errors.ts"
import { AccessGroup } from "./fields/access-group.tsx"
import { NetworkGroup } from "./fields/network-group.tsx"
import { WhatGroup } from "./fields/what-group.tsx"
import { FormFoot } from "./form-foot.tsx"
import { PlanPanel } from "./plan-panel.tsx"
import { useInterfaceForm } from "./use-interface-form.ts"
import { createBodyOf, freshValues, type InterfaceValues } from "./values.ts"

export function NewInterfacePage() {
  const { t } = useTranslation("interfaces")
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const isAdmin = useIsAdmin()
  const form = useInterfaceForm(freshValues())
  const create = useMutation({
    mutationFn: (values: InterfaceValues) => call(routes.createInterface, { body: createBodyOf(values) }),
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
    <Page
      width="form"
      title={t("form.createTitle")}
      crumb={
        <AnchorLink inherit to="/interfaces">
          {t("form.back")}
        </AnchorLink>
      }
    >
      <form
        noValidate
        aria-label={t("form.createTitle")}
        onSubmit={form.onSubmit((values) => create.mutate(values), focusFirst(form))}
      >
        <div style={{ display: "flex", flexDirection: "column", gap: 20 }}>
          <WhatGroup form={form} />
          <AccessGroup form={form} />
          <NetworkGroup form={form} />
          <PlanPanel values={form.values} />
          <FormFoot
            submit={t("form.submitCreate")}
            pending={create.isPending}
            disabled={!isAdmin}
            faults={Object.keys(form.errors).length}
            error={create.error}
            shownFields={(path) => form.errors[path] !== undefined}
            note={isAdmin ? undefined : t("form.viewerOnly")}
            cancel={
              <ButtonLink variant="default" to="/interfaces">
                {t("form.cancel")}
              </ButtonLink>
            }
          />
        </div>
      </form>
    </Page>
  )
}
