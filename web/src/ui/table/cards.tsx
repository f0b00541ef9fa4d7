import { Skeleton, Stack } from "@mantine/core"
import { useWindowVirtualizer } from "@tanstack/react-virtual"
import { Fragment, useLayoutEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { opens, type RowsProps } from "./rows.tsx"
import classes from "./table.module.css"

/** The same rows on a phone: one card each, the columns' headers as names. */
export function Cards<Row>({ label, columns, rows, rowKey, onOpen }: RowsProps<Row>) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 160,
    gap: 10,
    overscan: 6,
    scrollMargin: top,
  })
  const items = virtual.getVirtualItems()
  const before = (items[0]?.start ?? top) - top
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top)
  const titles = columns.filter(({ card }) => card === "title")
  const besides = columns.filter(({ card }) => card === "beside")
  const lines = columns.filter(({ card }) => card === undefined)

  return (
    <ul ref={list} className={classes.cards} aria-label={label} style={{ paddingTop: before, paddingBottom: after }}>
      {items.map(({ index }) => {
        const row = rows[index]
        return (
          row !== undefined && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the card's title holds the link; the card is a larger target for fingers
            <li
              key={rowKey(row)}
              ref={virtual.measureElement}
              data-index={index}
              data-open={onOpen ? true : undefined}
              className={classes.card}
              onClick={onOpen && ((event) => opens(event) && onOpen(row))}
            >
              <div className={classes.cardHead}>
                <div>
                  {titles.map(({ id, cell }) => (
                    <Fragment key={id}>{cell(row)}</Fragment>
                  ))}
                </div>
                <div>
                  {besides.map(({ id, cell }) => (
                    <Fragment key={id}>{cell(row)}</Fragment>
                  ))}
                </div>
              </div>
              <dl className={classes.cardLines}>
                {lines.map(({ id, header, cell }) => (
                  <Fragment key={id}>
                    <dt>{header}</dt>
                    <dd>{cell(row)}</dd>
                  </Fragment>
                ))}
              </dl>
            </li>
          )
        )
      })}
    </ul>
  )
}

export function CardsSkeleton({ label }: { label: string }) {
  const { t } = useTranslation()
  return (
    <Stack gap={10} aria-busy="true" aria-label={t("table.loading", { what: label })} role="status">
      <Skeleton height={132} radius="lg" />
      <Skeleton height={132} radius="lg" />
      <Skeleton height={132} radius="lg" />
    </Stack>
  )
}
