import { TextInput } from "@mantine/core"
import { IconSearch } from "@tabler/icons-react"
import { useRef } from "react"
import { useTranslation } from "react-i18next"
import { useShortcut } from "../../../lib/shortcuts.ts"
import { Empty } from "../../../ui/empty.tsx"
import classes from "./peers.module.css"

export const fewestToFilter = 8

interface PeersFilterProps {
  value: string
  onChange: (value: string) => void
  placeholder: string
}

export function PeersFilter({ value, onChange, placeholder }: PeersFilterProps) {
  const { t } = useTranslation("tunnels")
  const input = useRef<HTMLInputElement>(null)
  useShortcut("/", t("peers.filterLabel"), () => input.current?.focus())
  return (
    <TextInput
      ref={input}
      size="xs"
      className={classes.filter}
      aria-label={t("peers.filterLabel")}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Escape" && onChange("")}
    />
  )
}

export function NothingFound({ filter }: { filter: string }) {
  const { t } = useTranslation()
  return <Empty plain title={t("table.nothingMatches", { filter })} />
}
