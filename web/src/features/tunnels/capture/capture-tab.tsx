import { Stack } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { KeepCard } from "./keep-card.tsx"
import { SaveCard } from "./save-card.tsx"

/** The latest packets, kept in memory so that they can be saved after the trouble. */
export function CaptureTab({ tunnel }: { tunnel: TunnelView }) {
  return (
    <Stack gap="md">
      <SaveCard tunnel={tunnel} />
      <KeepCard tunnel={tunnel} />
    </Stack>
  )
}
