import type { ReactNode } from "react"

/** Identifiers, addresses and the kernel's own words. */
export function Mono({ children }: { children: ReactNode }) {
  return (
    <span style={{ fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.93em", overflowWrap: "anywhere" }}>
      {children}
    </span>
  )
}
