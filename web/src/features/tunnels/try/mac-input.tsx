import { TextInput, type TextInputProps } from "@mantine/core"
import type { FrameEnd } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import classes from "./try.module.css"

interface MacInputProps extends Omit<TextInputProps, "onChange"> {
  value: string
  /** What the host fills in while nothing is typed. */
  end: FrameEnd | null | undefined
  onType: (text: string) => void
}

/** A MAC address, or whose is taken where none is typed. As high while that is not known yet. */
export function MacInput({ end, onType, error, ...input }: MacInputProps) {
  const { t } = useTranslation("tunnels")
  const isOpen = input.value.trim() === "" && end != null
  const told = isOpen ? t(`tryOut.inject.mac.${end.from}`, { of: end.of }) : undefined
  const isUnknown = isOpen && end.from === "unknown"
  return (
    <TextInput
      {...input}
      className={classes.mac}
      onChange={({ currentTarget }) => onType(currentTarget.value)}
      placeholder={end?.mac ?? undefined}
      description={isUnknown ? undefined : told}
      error={error ?? (isUnknown ? told : undefined)}
      inputWrapperOrder={["label", "input", "description", "error"]}
    />
  )
}
