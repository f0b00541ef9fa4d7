import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type DriftField, type InterfacePatch, type InterfaceView, routes } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { interfaceQuery } from "../query.ts"

/** Everything that can be done to an interface on its page; each answers with the interface as it is then. */
export function useInterfaceChanges(name: string) {
  const queryClient = useQueryClient()
  const params = { name }
  const show = (view: InterfaceView) => {
    queryClient.setQueryData(interfaceQuery(name).queryKey, view)
    void queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey, exact: true })
  }
  const readAgain = () => queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey })
  return {
    repair: useMutation({
      mutationFn: (fields: DriftField[] | undefined) =>
        call(routes.repairInterface, { params, body: fields === undefined ? {} : { fields } }),
      onSuccess: show,
    }),
    change: useMutation({
      mutationFn: (patch: InterfacePatch) => call(routes.changeInterface, { params, body: patch }),
      onSuccess: show,
    }),
    adopt: useMutation({ mutationFn: () => call(routes.adoptInterface, { params }), onSuccess: show }),
    release: useMutation({ mutationFn: () => call(routes.releaseInterface, { params }), onSuccess: readAgain }),
    remove: useMutation({ mutationFn: () => call(routes.deleteInterface, { params }) }),
  }
}

export type InterfaceChanges = ReturnType<typeof useInterfaceChanges>
