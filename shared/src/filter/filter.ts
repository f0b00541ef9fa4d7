import { Problem } from "../model/problem.ts"
import { Cursor } from "./language/cursor.ts"
import { ExpressionParser } from "./language/expression.ts"
import { FaultFound, type FilterFault } from "./language/fault.ts"
import { printTree } from "./language/print.ts"
import type { Tree } from "./language/tree.ts"
import { compileTree } from "./match/compile.ts"
import type { FilteredRows, Predicate } from "./match/row.ts"

export type { FilterFault } from "./language/fault.ts"
export type { FilteredRow } from "./match/row.ts"

export const longestFilter = 4096

/** A filter that was read. docs/filters.md is its language. */
export interface Filter {
  readonly matches: Predicate
  /** In one spelling: filters that mean the same in the same order have the same. */
  readonly canonical: string
}

export type ReadFilter = { filter: Filter; fault?: undefined } | { filter?: undefined; fault: FilterFault }

/** Total: any text is a filter, or has a fault at a place. */
export function readFilter(text: string, rows: FilteredRows = {}): ReadFilter {
  const { tree, fault } = parseTree(text)
  if (tree === undefined) return { fault }
  return { filter: { matches: compileTree(tree, rows), canonical: printTree(tree) } }
}

/** The filter; throws Problem filter-invalid, with the place. */
export function filterOf(text: string, rows: FilteredRows): Filter {
  const { filter, fault } = readFilter(text, rows)
  if (filter !== undefined) return filter
  const { at, length, message } = fault
  throw new Problem("filter-invalid", undefined, [{ path: "filter", message, column: at + 1, length }])
}

type ParsedTree = { tree: Tree; fault?: undefined } | { tree?: undefined; fault: FilterFault }

export function parseTree(text: string): ParsedTree {
  if (text.length > longestFilter) {
    const most = longestFilter.toLocaleString("en")
    const message = `A filter has ${most} characters at most; this one has ${text.length.toLocaleString("en")}.`
    return { fault: { at: longestFilter, length: text.length - longestFilter, message } }
  }
  try {
    return { tree: new ExpressionParser(new Cursor(text)).read() }
  } catch (error) {
    if (error instanceof FaultFound) return { fault: error.fault }
    throw error
  }
}
