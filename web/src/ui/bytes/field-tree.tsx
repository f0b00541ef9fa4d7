import { type KeyboardEvent, type SyntheticEvent, useId, useLayoutEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import classes from "./field-bytes.module.css"
import { type FieldNode, nodesInSight } from "./field-list.ts"
import { keepInSight } from "./keep-in-sight.ts"

interface FieldTreeProps {
  nodes: readonly FieldNode[]
  open: ReadonlySet<number>
  chosen: FieldNode | undefined
  lit: FieldNode | undefined
  onToggle: (node: FieldNode, isOpen: boolean) => void
  onChoose: (node: FieldNode) => void
  onPoint: (node: FieldNode | undefined) => void
}

/** The keyboard stays on the tree; arrow keys move what is chosen (the tree pattern of WAI-ARIA). */
export function FieldTree({ nodes, open, chosen, lit, onToggle, onChoose, onPoint }: FieldTreeProps) {
  const { t } = useTranslation()
  const id = useId()
  const tree = useRef<HTMLDivElement>(null)
  const shown = nodesInSight(nodes, open)
  const litRow = shown.findLast((node) => lit !== undefined && isWithin(nodes, lit, node))
  const current = shown.findLast((node) => chosen !== undefined && isWithin(nodes, chosen, node))

  useLayoutEffect(() => {
    const row = chosen === undefined ? null : document.getElementById(`${id}-${chosen.index}`)
    if (tree.current !== null && row !== null) keepInSight(tree.current, row)
  }, [chosen, id])

  const onKeyDown = (event: KeyboardEvent) => {
    const at = current === undefined ? -1 : shown.indexOf(current)
    const goTo = (node: FieldNode | undefined) => node !== undefined && onChoose(node)
    const isOpen = current?.hasChildren === true && open.has(current.index)
    if (event.key === "ArrowDown") goTo(shown[at + 1])
    else if (event.key === "ArrowUp") goTo(shown[Math.max(0, at - 1)])
    else if (event.key === "Home") goTo(shown[0])
    else if (event.key === "End") goTo(shown.at(-1))
    else if (current === undefined) return
    else if (event.key === "ArrowRight") {
      if (isOpen) goTo(shown[at + 1])
      else if (current.hasChildren) onToggle(current, true)
    } else if (event.key === "ArrowLeft") {
      if (isOpen) onToggle(current, false)
      else goTo(nodes[current.parent])
    } else if (event.key === "Enter" || event.key === " ") {
      if (current.hasChildren) onToggle(current, !isOpen)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const nodeUnder = ({ target }: SyntheticEvent) => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-field]") : null
    return row === null ? undefined : nodes[Number(row.dataset.field)]
  }
  const onClick = (event: SyntheticEvent) => {
    const node = nodeUnder(event)
    if (node === undefined) return
    onChoose(node)
    tree.current?.focus({ preventScroll: true })
    if (node.hasChildren) onToggle(node, !open.has(node.index))
  }

  return (
    <div
      ref={tree}
      className={classes.tree}
      role="tree"
      aria-label={t("bytes.fields")}
      tabIndex={0}
      aria-activedescendant={current && `${id}-${current.index}`}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerOver={(event) => onPoint(nodeUnder(event))}
      onPointerLeave={() => onPoint(undefined)}
    >
      {shown.map((node) => (
        <div
          key={node.index}
          id={`${id}-${node.index}`}
          className={classes.field}
          role="treeitem"
          tabIndex={-1}
          aria-level={node.depth + 1}
          aria-posinset={node.place}
          aria-setsize={node.places}
          aria-expanded={node.hasChildren ? open.has(node.index) : undefined}
          aria-selected={node === current}
          data-field={node.index}
          data-lit={node === litRow || undefined}
          style={{ paddingInlineStart: 8 + node.depth * 16 }}
        >
          <span className={classes.fold} aria-hidden="true">
            {node.hasChildren ? (open.has(node.index) ? "▾" : "▸") : ""}
          </span>
          <span>
            <span className={classes.name}>{node.field.name}</span>
            {node.field.text !== "" && <span className={classes.text}>{node.field.text}</span>}
          </span>
        </div>
      ))}
    </div>
  )
}

/** Whether `node` is `around`, or stands in it. */
function isWithin(nodes: readonly FieldNode[], node: FieldNode, around: FieldNode): boolean {
  for (let here: FieldNode | undefined = node; here !== undefined; here = nodes[here.parent])
    if (here === around) return true
  return false
}
