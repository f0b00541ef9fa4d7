import { Alert, Group, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { type InterfaceView, Problem, routes, type TunnelView } from "@tundeck/shared"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { formatCount } from "../../../lib/format.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { useTunnels } from "../../../lib/tunnels.ts"
import { AnchorLink } from "../../../ui/links.tsx"
import { patchBody } from "../form/body.ts"
import { inForm, tunnelField } from "../form/errors.ts"
import { TunnelFormParts } from "../form/tunnel-form.tsx"
import { useTunnelForm } from "../form/use-tunnel-form.ts"
import { valuesOf } from "../form/values.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"
import { SwapCard } from "./swap-card.tsx"

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
  const patch = patchBody(form.values, tunnel)
  const running = tunnel.state !== "stopped" && tunnel.state !== "failed"
  const save = useMutation({
    onMutate: () => ({ swapBefore: tunnel.swap?.time }),
    mutationFn: () => call(routes.changeTunnel, { params: { id: tunnel.id }, body: patch }),
    onSuccess: (changed) => {
      remember(changed)
      form.setInitialValues(valuesOf(changed))
      form.reset()
    },
    onError: (error) => {
      const errors = inForm(problemErrors(error), tunnelField)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  const others = tunnels.filter(({ id }) => id !== tunnel.id)
  const wasSaved = save.isSuccess && !form.isDirty()
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
      peersElsewhere={peersElsewhere(tunnel.security, form.values.security)}
      notice={
        wasSaved ? (
          <Swapped tunnel={tunnel} before={save.context?.swapBefore} />
        ) : (
          running && form.isDirty() && <Consequence patch={patch} before={tunnel.security.kind} />
        )
      }
      cancel={
        <Group gap="sm" role="status">
          {wasSaved && (
            <Text size="sm" c="dimmed">
              {t("form.saved")}
            </Text>
          )}
        </Group>
      }
    />
  )
}

/** What happens to a running tunnel when this is saved. */
function Consequence({ patch, before }: { patch: ReturnType<typeof patchBody>; before: SecurityKind }) {
  const { t } = useTranslation("tunnels")
  if (patch.interface !== undefined) return <Alert color="yellow">{t("settings.restarts")}</Alert>
  if (patch.security !== undefined && patch.security.kind !== before) {
    return <Alert color="yellow">{t(before === "none" ? "settings.encrypts" : "settings.decrypts")}</Alert>
  }
  if (patch.transport === undefined) return null
  return <Alert color="tide">{t(before === "none" ? "settings.swaps" : "settings.swapsKeyed")}</Alert>
}

/** After a change of transport that was saved here: how the two compare. `before`: when the change before that one was. */
function Swapped({ tunnel, before }: { tunnel: TunnelView; before: number | undefined }) {
  const { swap } = useTraffic(tunnel)
  return swap === null || swap.time === before ? null : <SwapCard swap={swap} />
}

type SecurityKind = TunnelView["security"]["kind"]

/** Peers that have a tab of their own: those of a hub in clear text, and all of wireguard's. */
function peersElsewhere(saved: TunnelView["security"], chosen: SecurityKind): ReactNode {
  const peers = saved.kind === chosen ? saved.peers?.length : undefined
  if (chosen === "wireguard") return <PeersElsewhere words="keyed" peers={peers ?? 0} />
  return peers === undefined ? undefined : <PeersElsewhere words="elsewhere" peers={peers} />
}

function PeersElsewhere({ words, peers }: { words: "keyed" | "elsewhere"; peers: number }) {
  const { t } = useTranslation("tunnels")
  return (
    <Text size="sm">
      {t(`form.peers.${words}`, { count: peers, peers: formatCount(peers) })}{" "}
      <AnchorLink inherit to="." hash="peers" underline="always" resetScroll={false}>
        {t("form.peers.toTab")}
      </AnchorLink>
    </Text>
  )
}
