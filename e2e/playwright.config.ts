import { defineConfig } from "@playwright/test"

// Stories: the product from outside, in a real browser, each against a Tundeck of its own in its own network namespace.
export default defineConfig({
  testDir: "stories",
  testMatch: "*.story.ts",
  workers: 1,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  outputDir: "../node_modules/.cache/tundeck/stories",
  use: {
    actionTimeout: 15_000,
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
})
