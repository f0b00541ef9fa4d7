import { MantineProvider } from "@mantine/core"
import type { ReactNode } from "react"
import { renderToStaticMarkup } from "react-dom/server"
import { addStrings, setUpStrings } from "../app/strings.ts"

setUpStrings()
await Promise.all([addStrings("interfaces"), addStrings("tunnels")])

/** What a component shows at first, as text and as markup; nothing is clicked, and no effect runs. */
export function render(node: ReactNode): { text: string; markup: string } {
  const markup = renderToStaticMarkup(<MantineProvider>{node}</MantineProvider>)
    .replaceAll(/<style[^>]*>.*?<\/style>/gs, "")
    .replaceAll("<!-- -->", "")
  const text = markup
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
  return { text, markup }
}
