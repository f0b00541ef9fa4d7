import { SegmentedControl } from "@mantine/core"
import { getRouteApi } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { usePhone } from "../../../lib/use-phone.ts"

const route = getRouteApi("/signed-in/tunnels/new")

/** How a new tunnel begins: with the form, with the code of an invite, with a file. */
export function StartChoice() {
  const { t } = useTranslation("tunnels")
  const { from } = route.useSearch()
  const navigate = route.useNavigate()
  const phone = usePhone()
  const choose = (value: string) =>
    void navigate({
      search: ({ interface: name }) => ({
        interface: name,
        from: value === "code" || value === "file" ? value : undefined,
      }),
      replace: true,
    })
  return (
    <SegmentedControl
      aria-label={t("join.from")}
      style={{ alignSelf: phone ? "stretch" : "start" }}
      fullWidth={phone}
      value={from ?? "form"}
      onChange={choose}
      data={(["form", "code", "file"] as const).map((value) => ({ value, label: t(`join.${value}.choice`) }))}
    />
  )
}
