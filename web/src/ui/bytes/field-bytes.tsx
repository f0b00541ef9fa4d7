import type { Field } from "@tundeck/shared"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { ByteGrid } from "./byte-grid.tsx"
import classes from "./field-bytes.module.css"
import { ancestors, type FieldNode, fieldAt, listFields } from "./field-list.ts"
import { FieldTree } from "./field-tree.tsx"

interface FieldBytesProps {
  /** As `dissect` gives them: ranges lie within `bytes`. */
  fields: readonly Field[]
  bytes: Uint8Array
  /** What is to be known of them all, such as that they were cut. */
  note?: string | undefined
}

/**
 * Fields and the bytes that they stand in, side by side: what is pointed at in one is lit in the other, and stays lit when it
 * is chosen, by click or arrow keys. As high as what it stands in. Give it another `key` for other bytes.
 */
export function FieldBytes({ fields, bytes, note }: FieldBytesProps) {
  const nodes = useMemo(() => listFields(fields), [fields])
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(nodes.flatMap(({ depth, index }) => (depth === 0 ? index : []))),
  )
  const [chosen, choose] = useState<FieldNode | undefined>(undefined)
  const [byte, setByte] = useState<number | undefined>(undefined)
  const [pointed, point] = useState<FieldNode | undefined>(undefined)

  const toggle = ({ index }: FieldNode, isOpen: boolean) => {
    const next = new Set(open)
    if (isOpen) next.add(index)
    else next.delete(index)
    setOpen(next)
  }
  const chooseField = (node: FieldNode) => {
    choose(node)
    setByte(node.field.length > 0 ? node.field.start : undefined)
  }
  const chooseByte = (at: number) => {
    const node = fieldAt(nodes, at)
    setByte(at)
    choose(node)
    if (node !== undefined) setOpen(new Set([...open, ...ancestors(nodes, node).map(({ index }) => index)]))
  }
  const lit = pointed ?? chosen
  return (
    <div className={classes.frame}>
      <FieldTree
        nodes={nodes}
        open={open}
        chosen={chosen}
        lit={lit}
        onToggle={toggle}
        onChoose={chooseField}
        onPoint={point}
      />
      <ByteGrid
        bytes={bytes}
        lit={lit?.field}
        chosen={byte}
        onChoose={chooseByte}
        onPoint={(at) => point(at === undefined ? undefined : fieldAt(nodes, at))}
      />
      <Caption nodes={nodes} node={lit} note={note} />
    </div>
  )
}

interface CaptionProps {
  nodes: readonly FieldNode[]
  node: FieldNode | undefined
  note: string | undefined
}

/** What is lit, with what it stands in: also of fields that are folded away. */
function Caption({ nodes, node, note }: CaptionProps) {
  const { t } = useTranslation()
  if (node === undefined) return <p className={classes.caption}>{note ?? t("bytes.hint")}</p>
  const { start, length } = node.field
  const path = [...ancestors(nodes, node), node].map(({ field }) => field.name).join(" › ")
  const range = { first: start, last: start + length - 1, count: length }
  return (
    <p className={classes.caption}>
      {path} · {length === 0 ? t("bytes.none") : t("bytes.range", range)}
    </p>
  )
}
