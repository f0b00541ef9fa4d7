import { NativeSelect, SegmentedControl } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { useCards } from "../../../lib/use-phone.ts"
import { type PacketViewName, packetViews } from "./views.ts"

interface ViewSwitchProps {
  view: PacketViewName
  onView: (view: PacketViewName) => void
}

/** Chooses how the packets are looked at; a list to choose from where there is no room for all in a row. */
export function ViewSwitch({ view, onView }: ViewSwitchProps) {
  const { t } = useTranslation("packets")
  const isNarrow = useCards()
  const data = packetViews.map((value) => ({ value, label: t(`view.${value}`) }))
  const choose = (value: string) => onView(packetViews.find((each) => each === value) ?? "packets")
  if (isNarrow) {
    return (
      <NativeSelect
        size="xs"
        aria-label={t("view.label")}
        data={data}
        value={view}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
    )
  }
  return <SegmentedControl size="xs" aria-label={t("view.label")} data={data} value={view} onChange={choose} />
}
