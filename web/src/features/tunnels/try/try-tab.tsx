import { Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { parsePrefix, type TunnelView } from "@tundeck/shared"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { InjectCard } from "./inject-card.tsx"
import { neighbour } from "./neighbour.ts"
import { ProbeCard } from "./probe-card.tsx"

/** Whether it works: hosts behind the tunnel are asked, packets are made up and sent. */
export function TryTab({ tunnel, onSee }: { tunnel: TunnelView; onSee: () => void }) {
  const { data: interfaces } = useQuery(interfacesQuery)
  const on = interfaces?.find(({ name }) => name === tunnel.interface)
  const [first] = (on?.addresses ?? []).flatMap((text) => parsePrefix(text) ?? [])
  const guess = (first && neighbour(first)) ?? ""
  const disabled = tunnel.state === "stopped"
  return (
    <Stack gap="md">
      <ProbeCard tunnel={tunnel} guess={guess} disabled={disabled} />
      <InjectCard tunnel={tunnel} on={on} disabled={disabled} onSee={onSee} />
    </Stack>
  )
}
