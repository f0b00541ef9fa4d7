import type { Tree } from "../language/tree.ts"
import { compileTest } from "./compile-test.ts"
import type { FilteredRows, Predicate } from "./row.ts"

/** A tree as one function; its depth is what the parser allows. */
export function compileTree(tree: Tree, rows: FilteredRows): Predicate {
  switch (tree.kind) {
    case "not": {
      const inner = compileTree(tree.of, rows)
      return (row) => !inner(row)
    }
    case "and":
    case "or":
      return joined(
        tree.kind === "and",
        tree.of.map((part) => compileTree(part, rows)),
      )
    default:
      return compileTest(tree, rows)
  }
}

function joined(all: boolean, parts: readonly Predicate[]): Predicate {
  const [first, second, ...others] = parts
  if (first !== undefined && second !== undefined && others.length === 0) {
    return all ? (row) => first(row) && second(row) : (row) => first(row) || second(row)
  }
  return (row) => {
    for (const part of parts) if (part(row) !== all) return !all
    return all
  }
}
