import type { Field } from "@tundeck/shared"

/** A field by its place in the tree; the list of them is in the order of their reading, parents first. */
export interface FieldNode {
  readonly field: Field
  readonly depth: number
  /** Its place in the list, and its parent's; -1: none. */
  readonly index: number
  readonly parent: number
  readonly hasChildren: boolean
  /** Which of its parent's children it is, from 1, and of how many. */
  readonly place: number
  readonly places: number
}

export function listFields(fields: readonly Field[]): FieldNode[] {
  const nodes: FieldNode[] = []
  const add = (siblings: readonly Field[], depth: number, parent: number) => {
    for (const [at, field] of siblings.entries()) {
      const { children = [] } = field
      const index = nodes.length
      const hasChildren = children.length > 0
      nodes.push({ field, depth, index, parent, hasChildren, place: at + 1, places: siblings.length })
      add(children, depth + 1, index)
    }
  }
  add(fields, 0, -1)
  return nodes
}

/** Those whose parents are all open. */
export function nodesInSight(nodes: readonly FieldNode[], open: ReadonlySet<number>): FieldNode[] {
  const shown = new Set<number>([-1])
  return nodes.filter(({ index, parent }) => {
    if (!shown.has(parent) || (parent >= 0 && !open.has(parent))) return false
    shown.add(index)
    return true
  })
}

/** What a byte belongs to: the deepest field that holds it; of several of a depth the shortest, then the first. */
export function fieldAt(nodes: readonly FieldNode[], byte: number): FieldNode | undefined {
  let found: FieldNode | undefined
  for (const node of nodes) {
    const { start, length } = node.field
    if (byte < start || byte >= start + length) continue
    const isBetter =
      found === undefined || node.depth > found.depth || (node.depth === found.depth && length < found.field.length)
    if (isBetter) found = node
  }
  return found
}

/** From the outermost one on. */
export function ancestors(nodes: readonly FieldNode[], node: FieldNode): FieldNode[] {
  const parent = nodes[node.parent]
  return parent === undefined ? [] : [...ancestors(nodes, parent), parent]
}
