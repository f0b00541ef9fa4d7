import { defineConfig } from "vitest/config"

// unit: runs anywhere. network: needs root, makes its own namespaces, one file at a time.
// docker: needs root and makes its own Docker daemon, base image and containers.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // A test takes a second or two; on a busy machine it takes its time, and none is red for that.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          include: ["{shared,native-bindings,server,scripts,testing,bench}/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
          exclude: ["**/*.net.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "network",
          include: ["{shared,native-bindings,server,testing,bench}/**/*.net.test.ts"],
          fileParallelism: false,
          // Most take seconds; on a busy machine a Tundeck alone takes ten to start.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Tests that run at once are those that wait.
          maxConcurrency: 20,
        },
      },
      {
        test: {
          name: "docker",
          include: ["docker/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
