import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { config } from "zod"
import { App } from "./app/app.tsx"
import { setUpStyleNonce } from "./app/style-nonce.ts"

// zod would otherwise build parsers with new Function, which the page's CSP refuses.
config({ jitless: true })
setUpStyleNonce()

const root = document.getElementById("root")
if (!root) throw new Error("index.html has no #root")
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
