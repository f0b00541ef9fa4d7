import { Group, Text } from "@mantine/core"
import type { ReactNode } from "react"

/** A field's label with the kernel's name for it beside: "Packet information  IFF_NO_PI". */
export function KernelLabel({ children, kernel }: { children: ReactNode; kernel: string }) {
  return (
    <Group component="span" gap={8} display="inline-flex" align="baseline">
      <span>{children}</span>
      <Text component="span" ff="monospace" size="11.5px" c="dimmed" fw={400}>
        {kernel}
      </Text>
    </Group>
  )
}
