import { Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { interfaceCreate } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { Command } from "../../../ui/command.tsx"
import { Section } from "../../../ui/section.tsx"
import { likelyName } from "./fields/name-check.ts"
import classes from "./form.module.css"
import { planInterface } from "./plan.ts"
import { createBodyOf, type InterfaceValues } from "./values.ts"

/** At the foot of the form: what "Create" does, as it would be done by hand. */
export function PlanPanel({ values }: { values: InterfaceValues }) {
  const { t } = useTranslation("interfaces")
  const existing = useQuery(interfacesQuery).data ?? []
  const parsed = interfaceCreate.safeParse(createBodyOf(values))
  return (
    <Section title={t("form.plan.title")} note={t("form.plan.note")}>
      {parsed.success ? (
        <PlanLines wish={{ ...parsed.data, name: parsed.data.name ?? likelyName(parsed.data.kind, existing) }} />
      ) : (
        <Text size="sm" c="dimmed">
          {t("form.plan.fix")}
        </Text>
      )}
    </Section>
  )
}

function PlanLines({ wish }: { wish: Parameters<typeof planInterface>[0] }) {
  const { t } = useTranslation("interfaces")
  const plan = planInterface(wish)
  const commands = wish.persistent ? plan.commands : [t("form.plan.transient"), ...plan.commands]
  return (
    <div className={classes.plan}>
      <div>
        <div className={classes.planTitle}>{t("form.plan.calls")}</div>
        <Command text={plan.calls.join("\n")} what={t("form.plan.calls")} />
      </div>
      <div>
        <div className={classes.planTitle}>{t("form.plan.commands")}</div>
        <Command text={commands.join("\n")} what={t("form.plan.commands")} />
      </div>
    </div>
  )
}
