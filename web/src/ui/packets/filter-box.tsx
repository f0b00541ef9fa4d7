import { CloseButton, TextInput } from "@mantine/core"
import { IconFilter } from "@tabler/icons-react"
import { complete } from "@tundeck/shared"
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { useShortcut } from "../../lib/shortcuts.ts"
import classes from "./filter-box.module.css"
import { FilterFaultText } from "./filter-fault.tsx"
import { FilterWords } from "./filter-words.tsx"
import type { TypedFilter } from "./use-filter.ts"

/** Where a filter is typed: words are completed, what is wrong stands under it with its place marked. */
export function FilterBox({ text, fault, type, settle }: TypedFilter) {
  const { t } = useTranslation("packets")
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [caret, setCaret] = useState<number | null>(null)
  const [chosen, setChosen] = useState(-1)
  const placeCaret = useRef<number | null>(null)
  useShortcut("/", t("filter.shortcut"), () => input.current?.focus())

  const { from, to, words } = caret === null ? closed : complete(text, caret)
  const isOpen = words.length > 0
  const close = () => {
    setCaret(null)
    setChosen(-1)
  }
  const take = (word: string) => {
    const next = `${text.slice(0, from)}${word} ${text.slice(to).trimStart()}`
    placeCaret.current = from + word.length + 1
    type(next)
    setChosen(-1)
    setCaret(placeCaret.current)
  }
  useLayoutEffect(() => {
    if (placeCaret.current === null) return
    input.current?.setSelectionRange(placeCaret.current, placeCaret.current)
    placeCaret.current = null
  })

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const word = words[chosen]
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!isOpen) setCaret(event.currentTarget.selectionStart)
      else {
        const step = event.key === "ArrowDown" ? 1 : -1
        setChosen(chosen < 0 && step < 0 ? words.length - 1 : (chosen + step + words.length) % words.length)
      }
    } else if (isOpen && word !== undefined && (event.key === "Enter" || event.key === "Tab")) take(word)
    else if (event.key === "Enter") {
      close()
      settle()
    } else if (event.key === "Escape") {
      if (isOpen) close()
      else type("")
    } else return
    event.preventDefault()
  }

  return (
    <div className={classes.box}>
      <TextInput
        ref={input}
        size="xs"
        classNames={{ input: classes.input }}
        aria-label={t("filter.label")}
        placeholder={t("filter.placeholder")}
        leftSection={<IconFilter size={14} aria-hidden />}
        rightSection={text !== "" && <CloseButton size="xs" aria-label={t("filter.clear")} onClick={() => type("")} />}
        rightSectionPointerEvents="all"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        error={fault !== undefined}
        value={text}
        onChange={({ currentTarget }) => {
          type(currentTarget.value)
          setCaret(currentTarget.selectionStart)
          setChosen(-1)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          close()
          settle()
        }}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-words`}
        aria-activedescendant={isOpen && chosen >= 0 ? `${id}-words-${chosen}` : undefined}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${id}-fault`}
      />
      {isOpen ? (
        <FilterWords id={`${id}-words`} words={words} chosen={chosen} onTake={take} />
      ) : (
        fault !== undefined && <FilterFaultText id={`${id}-fault`} text={text} fault={fault} />
      )}
    </div>
  )
}

const closed = { from: 0, to: 0, words: [] }
