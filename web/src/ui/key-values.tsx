import { Fragment, type ReactNode } from "react"
import classes from "./key-values.module.css"

/** Names and values in two aligned columns. */
export function KeyValues({ items }: { items: readonly { key: string; value: ReactNode }[] }) {
  return (
    <dl className={classes.list}>
      {items.map(({ key, value }) => (
        <Fragment key={key}>
          <dt className={classes.key}>{key}</dt>
          <dd className={classes.value}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
