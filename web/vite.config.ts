import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

// The panel to develop against: `npm run dev` serves its API here.
const panel = process.env.TUNDECK_PANEL ?? "http://127.0.0.1:8080"

export default defineConfig({
  plugins: [react()],
  // The panel puts a fresh nonce in place of this word in each index.html that it sends.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    target: "es2024",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    // What a plugin takes on a slow machine is no fault of the page's.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: panel, ws: true, changeOrigin: true, headers: { origin: panel } },
      "/docs": { target: panel, changeOrigin: true },
    },
  },
})
