import { MantineProvider } from "@mantine/core"
import "@mantine/core/styles.css"
import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import "./global.css"
import { queryClient } from "./query-client.ts"
import { router } from "./router.tsx"
import { setUpStrings } from "./strings.ts"
import { styleNonce } from "./style-nonce.ts"
import { cssVariables, theme } from "./theme.ts"

setUpStrings()

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      deduplicateInlineStyles
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
