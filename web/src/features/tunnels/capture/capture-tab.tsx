import { Stack } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { KeepCard } from "./keep-card.tsx"
import { SaveCard } from "./save-card.tsx"
import { SavedCard } from "./saved-card.tsx"

interface CaptureTabProps {
  tunnel: TunnelView
  filter: string
  onFilter: (text: string) => void
}

/** The latest packets, kept in memory so that they can be saved after the trouble. */
export function CaptureTab({ tunnel, filter, onFilter }: CaptureTabProps) {
  return (
    <Stack gap="md">
      <SaveCard tunnel={tunnel} filter={filter} onFilter={onFilter} />
      <SavedCard tunnel={tunnel} />
      <KeepCard tunnel={tunnel} />
    </Stack>
  )
}
