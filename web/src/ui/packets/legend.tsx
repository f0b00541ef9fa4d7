import { useTranslation } from "react-i18next"
import { StateShape } from "../state-badge.tsx"
import classes from "./legend.module.css"
import type { ProtocolFamily } from "./protocol-family.ts"

const families: readonly ProtocolFamily[] = ["control", "stream", "datagram", "other"]

export function Legend() {
  const { t } = useTranslation("packets")
  return (
    <ul className={classes.legend} aria-label={t("legend.title")}>
      {families.map((family) => (
        <li key={family} data-family={family}>
          {t(`legend.${family}`)}
        </li>
      ))}
      <li style={{ color: "var(--td-bad)" }}>
        <StateShape tone="bad" /> {t("verdict.dropped")}
      </li>
    </ul>
  )
}
