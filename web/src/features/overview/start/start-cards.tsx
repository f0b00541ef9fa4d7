import { Text, Title } from "@mantine/core"
import { IconArrowsLeftRight, IconHandGrab } from "@tabler/icons-react"
import type { InterfaceView } from "@tundeck/shared"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { ButtonLink } from "../../../ui/links.tsx"
import { DemoCard } from "./demo-card.tsx"
import classes from "./start.module.css"

/** The first page of a new host: three ways to begin. */
export function StartCards({ interfaces, mayChange }: { interfaces: readonly InterfaceView[]; mayChange: boolean }) {
  const { t } = useTranslation("overview")
  const foreign = interfaces.filter(({ managed }) => !managed).length
  return (
    <div className={classes.cards}>
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

interface StartCardProps {
  icon: ReactNode
  title: string
  text: string
  children?: ReactNode
  foot: ReactNode
}

export function StartCard({ icon, title, text, children, foot }: StartCardProps) {
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.icon}>{icon}</div>
      <Title order={2} size="16px">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      {children}
      <div className={classes.foot}>{foot}</div>
    </section>
  )
}
