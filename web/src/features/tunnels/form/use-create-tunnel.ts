import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { Problem, routes } from "@tundeck/shared"
import { useState } from "react"
import { call } from "../../../lib/api/call.ts"
import { type FormErrors, problemErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"
import { interfaceBody, tunnelBody } from "./body.ts"
import { inForm, interfaceField, tunnelField } from "./errors.ts"
import type { TunnelForm } from "./use-tunnel-form.ts"
import type { TunnelFormValues } from "./values.ts"

/** Makes the interface first where it is asked for, then the tunnel; remembers what was done when the second step fails. */
export function useCreateTunnel(form: TunnelForm) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const remember = useRememberTunnel()
  const [madeInterface, setMadeInterface] = useState<string | null>(null)

  const create = useMutation({
    mutationFn: async (values: TunnelFormValues) => {
      const name = values.interfaceFrom === "new" ? await makeInterface(values) : values.interface
      try {
        return await call(routes.createTunnel, { body: tunnelBody(values, name) })
      } catch (error) {
        refuse(inForm(problemErrors(error), tunnelField))
        throw error
      }
    },
    onSuccess: async (tunnel, { security, invited }) => {
      remember(tunnel)
      const params = { id: tunnel.id }
      const add = security === "none" || invited === "simpletun" ? undefined : invited
      if (add === undefined) await navigate({ to: "/tunnels/$id", params })
      else await navigate({ to: "/tunnels/$id", params, search: { add }, hash: "peers" })
    },
  })

  function refuse(errors: FormErrors): void {
    form.setErrors(errors)
    focusFirst(form)(errors)
  }

  async function makeInterface(values: TunnelFormValues): Promise<string> {
    try {
      const made = await call(routes.createInterface, { body: interfaceBody(values) })
      await queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey })
      setMadeInterface(made.name)
      // The next try uses it: it is made once.
      form.setValues({ interfaceFrom: "existing", interface: made.name })
      return made.name
    } catch (error) {
      refuse(inForm(problemErrors(error), interfaceField))
      throw error
    }
  }

  const publicRefused = create.error instanceof Problem && create.error.code === "public-peer-refused"
  return { create, madeInterface: create.isError ? madeInterface : null, publicRefused }
}
