import { Group, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { tunnelsQuery } from "../../../lib/tunnels.ts"
import { AnchorLink } from "../../../ui/links.tsx"
import { Section } from "../../../ui/section.tsx"
import { TunnelMarks } from "../../../ui/tunnel-marks.tsx"
import { TunnelStateBadge } from "../../../ui/tunnel-state.tsx"

/** The tunnels that use this interface. */
export function TunnelsOver({ view: { name, managed } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  const isAdmin = useIsAdmin()
  const tunnels = useQuery(tunnelsQuery).data?.filter((tunnel) => tunnel.interface === name)
  if (tunnels === undefined) return null
  return (
    <Section title={t("detail.tunnels.title")}>
      {tunnels.map((tunnel) => (
        <Group key={tunnel.id} gap="sm" mih={28}>
          <AnchorLink size="sm" fw={550} to="/tunnels/$id" params={{ id: tunnel.id }}>
            {tunnel.name}
          </AnchorLink>
          <TunnelStateBadge state={tunnel.state} title={tunnel.reason?.detail} />
          <TunnelMarks tunnel={tunnel} />
        </Group>
      ))}
      {tunnels.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("detail.tunnels.none")}
          {isAdmin && managed && (
            <>
              {" "}
              <AnchorLink size="sm" underline="always" to="/tunnels/new" search={{ interface: name }}>
                {t("detail.tunnels.create", { name })}
              </AnchorLink>
            </>
          )}
        </Text>
      )}
    </Section>
  )
}
