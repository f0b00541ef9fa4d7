import { Alert, Button, Group, Stack, Text } from "@mantine/core"
import { IconAlertTriangle } from "@tabler/icons-react"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type InterfaceView, routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { formatCount } from "../../../lib/format.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useLive } from "../../../lib/live/use-live.ts"
import { useIsAdmin } from "../../../lib/session.ts"
import { Command } from "../../../ui/command.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { type Fitting, fitting } from "./fitting.ts"

/** What the transport carries in one piece, and what to do when the interface sends more. */
export function Fit({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const interfaces = useQuery(interfacesQuery)
  useLive("interfaces", () => void interfaces.refetch())
  const { largestPacket, interface: name } = tunnel
  const device = interfaces.data?.find((each) => each.name === name)
  if (largestPacket === null) return null
  const sends = ({ kind }: InterfaceView, { most }: Fitting) =>
    t(kind === "tap" ? "fit.sendsTap" : "fit.sends", { name, most: formatCount(most) })
  const fits = t("fit.fits", { bytes: formatCount(largestPacket) })
  const fit = device && fitting(device, largestPacket)
  if (device !== undefined && fit?.isTooLarge) {
    const isClamped = tunnel.transport.clampMss === true
    return <TooLarge device={device} mtu={fit.mtu} sizes={`${fits} ${sends(device, fit)}`} isClamped={isClamped} />
  }
  return (
    <Text size="sm" c="dimmed">
      {fits} {device && fit && sends(device, fit)}
    </Text>
  )
}

interface TooLargeProps {
  device: InterfaceView
  /** What its MTU should be. */
  mtu: number
  sizes: string
  isClamped: boolean
}

function TooLarge({ device: { name, managed, addresses }, mtu, sizes, isClamped }: TooLargeProps) {
  const { t } = useTranslation("tunnels")
  const queryClient = useQueryClient()
  const mayChange = useIsAdmin()
  const change = useMutation({
    mutationFn: () => call(routes.changeInterface, { params: { name }, body: { mtu } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey }),
  })
  const losesIpv6 = mtu < 1280 && addresses.some((address) => address.includes(":"))
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t("fit.tooLarge", { name })}>
      <Stack gap="sm">
        <Text size="sm">
          {sizes} {t(isClamped ? "fit.clamped" : "fit.dropped")} {t("fit.both")} {losesIpv6 && t("fit.ipv6", { name })}
        </Text>
        {change.error !== null && <ProblemNotice error={change.error} />}
        {!managed && (
          <div>
            <Text size="sm" mb={4}>
              {t("fit.byHand", { name })}
            </Text>
            <Command text={`ip link set dev ${name} mtu ${mtu}`} what={t("fit.command")} />
          </div>
        )}
        {managed && mayChange && (
          <Group>
            <Button size="xs" loading={change.isPending} onClick={() => change.mutate()}>
              {t("fit.set", { name, bytes: formatCount(mtu) })}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  )
}
