import { defineConfig } from "vitest/config"
import { mutated } from "./mutants.ts"

// The tests run as ever, but one file of what they test has a mistake: TUNDECK_MUTANT, {file, start, end, text}.
const mutant = JSON.parse(process.env.TUNDECK_MUTANT ?? "null")

export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (source, id) => (id === mutant?.file ? { code: mutated(source, mutant), map: null } : undefined),
    },
  ],
  test: { include: ["**/*.test.ts"], bail: 1, isolate: false, fileParallelism: false, fsModuleCache: false },
})
