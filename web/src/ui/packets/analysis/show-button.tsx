import { UnstyledButton } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import classes from "./analysis.module.css"

/** The name of a line, which leads to its packets. */
export function ShowButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  const { t } = useTranslation("analysis")
  return (
    <UnstyledButton className={classes.show} title={t("show")} onClick={onClick}>
      {children}
    </UnstyledButton>
  )
}
