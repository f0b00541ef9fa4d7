import { Alert, Group, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { type InterfaceView, Problem, routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors } from "../../../lib/api/form-errors.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useTunnels } from "../../../lib/tunnels.ts"
import { TunnelFormParts } from "../form/tunnel-form.tsx"
import { useTunnelForm } from "../form/use-tunnel-form.ts"
import { inForm, tunnelBody, tunnelField, valuesOf } from "../form/values.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"

export function SettingsTab({ tunnel }: { tunnel: TunnelView }) {
  const { data: interfaces, error } = useQuery(interfacesQuery)
  if (interfaces === undefined && error === null) return <Skeleton height={420} radius="lg" />
  return <Settings tunnel={tunnel} interfaces={withOwn(interfaces ?? [], tunnel)} />
}

/** The tunnel's interface can be chosen even while the kernel has none of its name. */
function withOwn(interfaces: readonly InterfaceView[], { interface: name }: TunnelView): readonly InterfaceView[] {
  return interfaces.some((view) => view.name === name) ? interfaces : [...interfaces, missing(name)]
}

function missing(name: string): InterfaceView {
  return {
    name,
    kind: "tun",
    persistent: true,
    owner: null,
    group: null,
    packetInfo: false,
    vnetHeader: false,
    multiQueue: false,
    mtu: 1500,
    mac: null,
    addresses: [],
    routes: [],
    bridge: null,
    up: true,
    heal: true,
    ignoreDrift: [],
    managed: false,
    actual: null,
    drift: [],
    holders: [],
  }
}

function Settings({ tunnel, interfaces }: { tunnel: TunnelView; interfaces: readonly InterfaceView[] }) {
  const { t } = useTranslation("tunnels")
  const { data: tunnels = [] } = useTunnels()
  const remember = useRememberTunnel()
  const form = useTunnelForm(valuesOf(tunnel))
  const save = useMutation({
    mutationFn: () =>
      call(routes.changeTunnel, {
        params: { id: tunnel.id },
        body: tunnelBody(form.values, form.values.interface),
      }),
    onSuccess: (changed) => {
      remember(changed)
      form.setInitialValues(valuesOf(changed))
      form.reset()
    },
    onError: (error) => form.setErrors(inForm(problemErrors(error), tunnelField)),
  })
  const others = tunnels.filter(({ id }) => id !== tunnel.id)
  const running = tunnel.state !== "stopped" && tunnel.state !== "failed"
  return (
    <TunnelFormParts
      form={form}
      interfaces={interfaces}
      users={new Map(others.map(({ interface: name, name: user }) => [name, user]))}
      mayCreateInterface={false}
      onSubmit={() => save.mutate()}
      submit={t("form.save")}
      pending={save.isPending}
      error={save.error}
      publicRefused={save.error instanceof Problem && save.error.code === "public-peer-refused"}
      notice={running && form.isDirty() ? <Alert color="yellow">{t("settings.restarts")}</Alert> : undefined}
      cancel={
        <Group gap="sm" role="status">
          {save.isSuccess && !form.isDirty() && (
            <Text size="sm" c="dimmed">
              {t("form.saved")}
            </Text>
          )}
        </Group>
      }
    />
  )
}
