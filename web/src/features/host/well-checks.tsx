import type { HostCheck } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { StateShape } from "../../ui/state-badge.tsx"
import classes from "./host.module.css"

/** Of all checks those that are well: green lines, folded away. */
export function WellChecks({ checks }: { checks: readonly HostCheck[] }) {
  const { t } = useTranslation("host")
  const well = checks.filter(({ ok }) => ok)
  if (well.length === 0) return null
  return (
    <details className={classes.well}>
      <summary>
        <StateShape tone="good" />
        {t(well.length === checks.length ? "allWell" : "someWell", { count: well.length })}
      </summary>
      <ul>
        {well.map(({ id, title, detail }) => (
          <li key={id}>
            <div className={classes.shape} data-tone="good">
              <StateShape tone="good" />
            </div>
            <div>
              <div>{title}</div>
              <div className={classes.detail}>{detail}</div>
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}
