import { onTestFailed } from "vitest"
import type { Product } from "./product.ts"

/** What the product printed stands below the failure. Call it in the test. */
export function printWhenFailed(product: Product): void {
  onTestFailed(() => console.error(product.output()))
}
