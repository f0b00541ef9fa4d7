// The block of a page that a run writes, between two marks.
import { readFile, writeFile } from "node:fs/promises"

const begin = "<!-- written by npm run bench -- --write-docs -->"
const end = "<!-- end of what npm run bench writes -->"

export async function replaceBlock(path: string, text: string): Promise<void> {
  const page = await readFile(path, "utf8")
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no block of the benchmark: ${begin} … ${end}`)
  await writeFile(path, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`)
}
