import { Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { parsePrefix, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { AnchorLink } from "../../../ui/links.tsx"
import { InjectCard } from "./inject-card.tsx"
import { neighbour } from "./neighbour.ts"
import { ProbeCard } from "./probe-card.tsx"

/** Whether it works: hosts behind the tunnel are asked, packets are made up and sent. */
export function TryTab({ tunnel, onSee }: { tunnel: TunnelView; onSee: () => void }) {
  const { t } = useTranslation("tunnels")
  const { data: interfaces } = useQuery(interfacesQuery)
  const on = interfaces?.find(({ name }) => name === tunnel.interface)
  const [first] = (on?.addresses ?? []).flatMap((text) => parsePrefix(text) ?? [])
  const guess = (first && neighbour(first)) ?? ""
  const disabled = tunnel.state === "stopped"
  return (
    <Stack gap="md">
      <ProbeCard tunnel={tunnel} guess={guess} disabled={disabled} />
      <InjectCard tunnel={tunnel} on={on} disabled={disabled} onSee={onSee} />
      {tunnel.transport.kind !== "responder" && (
        <Text size="sm" c="dimmed">
          {t("tryOut.noPeer")}{" "}
          <AnchorLink inherit underline="always" to="/" hash="try">
            {t("tryOut.withoutPeer")}
          </AnchorLink>
        </Text>
      )}
    </Stack>
  )
}
