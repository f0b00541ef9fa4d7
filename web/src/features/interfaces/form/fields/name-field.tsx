import { TextInput } from "@mantine/core"
import { IconCircleCheck } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../../../lib/interfaces.ts"
import { AnchorLink } from "../../../../ui/links.tsx"
import { useInterfacesLive } from "../../use-interfaces-live.ts"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"
import { checkName } from "./name-check.ts"

/** The name, compared with the machine's while it is typed. `own` is the present name of an edited interface. */
export function NameField({ form, own }: { form: InterfaceForm; own?: string | undefined }) {
  const { t } = useTranslation("interfaces")
  const existing = useQuery(interfacesQuery)
  useInterfacesLive()
  const { name, kind } = form.values
  const check = checkName(name.trim(), kind, existing.data ?? [], own)
  return (
    <div>
      <TextInput
        label={t("form.name.label")}
        description={t(own === undefined ? "form.name.description" : "form.name.editDescription")}
        placeholder={check.state === "kernel-picks" && existing.data ? check.likely : ""}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        {...form.getInputProps("name")}
        error={
          check.state === "refused" ? (
            check.message
          ) : check.state === "taken" ? (
            <>
              {t(check.managed ? "form.name.takenManaged" : "form.name.taken", { name: name.trim() })}{" "}
              <AnchorLink inherit underline="always" to="/interfaces/$name" params={{ name: name.trim() }}>
                {t(check.managed ? "form.name.open" : "form.name.adopt")}
              </AnchorLink>
            </>
          ) : (
            form.errors.name
          )
        }
      />
      <div className={classes.check} data-state={existing.data ? check.state : "reading"} role="status">
        {!existing.data && existing.isPending && t("form.name.reading")}
        {existing.data && check.state === "kernel-picks" && t("form.name.kernelPicks", { name: check.likely })}
        {existing.data && check.state === "free" && name.trim() !== own && (
          <>
            <IconCircleCheck size={16} aria-hidden /> {t("form.name.free", { name: name.trim() })}
          </>
        )}
      </div>
    </div>
  )
}
