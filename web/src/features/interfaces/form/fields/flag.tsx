import { Switch } from "@mantine/core"
import { kernelWords } from "../../../../ui/kernel-label.tsx"
import type { InterfaceForm } from "../use-interface-form.ts"

interface FlagProps {
  form: InterfaceForm
  name: "packetInfo" | "vnetHeader" | "multiQueue" | "persistent" | "up" | "heal"
  label: string
  kernel?: string
  description: string
  disabled?: boolean
}

/** A switch with its sentence and the kernel's name for it. */
export function Flag({ form, name, label, kernel, description, disabled = false }: FlagProps) {
  const words = kernel === undefined ? { label, description } : kernelWords(label, kernel, description)
  return <Switch {...words} {...form.getInputProps(name, { type: "checkbox" })} disabled={disabled} />
}
