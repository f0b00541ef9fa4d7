import { Paper } from "@mantine/core"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import classes from "./filter-box.module.css"

interface FilterWordsProps {
  id: string
  words: readonly string[]
  chosen: number
  onTake: (word: string) => void
}

/** The list under the box; the keyboard stays in the box. */
export function FilterWords({ id, words, chosen, onTake }: FilterWordsProps) {
  const { t } = useTranslation("packets")
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" })
  }, [chosen])
  return (
    <Paper ref={list} id={id} className={classes.words} role="listbox" aria-label={t("filter.words")}>
      {words.map((word, index) => (
        <div
          key={word}
          id={`${id}-${index}`}
          className={classes.word}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onPointerDown={(event) => {
            event.preventDefault() // the box keeps the focus
            onTake(word)
          }}
        >
          {word}
        </div>
      ))}
    </Paper>
  )
}
