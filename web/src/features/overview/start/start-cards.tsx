import { IconArrowsLeftRight, IconHandGrab } from "@tabler/icons-react"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { ButtonLink } from "../../../ui/links.tsx"
import { DemoCard } from "./demo-card.tsx"
import { ExperimentCard } from "./experiment-card.tsx"
import classes from "./start.module.css"
import { StartCard } from "./start-card.tsx"

/** The first page of a new host: four ways to begin. */
export function StartCards({ interfaces, mayChange }: { interfaces: readonly InterfaceView[]; mayChange: boolean }) {
  const { t } = useTranslation("overview")
  const foreign = interfaces.filter(({ managed }) => !managed).length
  return (
    <div className={classes.cards}>
      <ExperimentCard mayChange={mayChange} />
      <DemoCard mayChange={mayChange} />
      <StartCard
        icon={<IconArrowsLeftRight size={24} stroke={1.5} aria-hidden />}
        title={t("connect.title")}
        text={t("connect.text")}
        foot={mayChange && <ButtonLink to="/tunnels/new">{t("connect.button")}</ButtonLink>}
      />
      <StartCard
        icon={<IconHandGrab size={24} stroke={1.5} aria-hidden />}
        title={t("adopt.title")}
        text={t("adopt.text")}
        foot={
          <ButtonLink to="/interfaces" variant="default">
            {t("adopt.button", { count: foreign })}
          </ButtonLink>
        }
      />
    </div>
  )
}
