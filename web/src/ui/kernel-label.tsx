import { Group, Text, VisuallyHidden } from "@mantine/core"
import type { ReactNode } from "react"

interface KernelWords {
  children: ReactNode
  /** IFF_NO_PI, TUNSETOWNER, … */
  kernel: string
}

/** A field's label with the kernel's name beside it, for the eye; the field's accessible name is the plain word. */
export function KernelLabel({ children, kernel }: KernelWords) {
  return (
    <Group component="span" gap={8} display="inline-flex" align="baseline" wrap="nowrap">
      <span>{children}</span>
      <Text component="span" ff="monospace" size="11.5px" c="dimmed" fw={400} aria-hidden="true">
        {kernel}
      </Text>
    </Group>
  )
}

/** The sentence under that label; readers of the screen hear the kernel's name here. */
export function KernelNote({ children, kernel }: KernelWords) {
  return (
    <>
      {children}
      <VisuallyHidden> {kernel}.</VisuallyHidden>
    </>
  )
}

/** Both, as props of any Mantine input. */
export function kernelWords(label: string, kernel: string, description: string) {
  return {
    label: <KernelLabel kernel={kernel}>{label}</KernelLabel>,
    description: <KernelNote kernel={kernel}>{description}</KernelNote>,
  }
}
