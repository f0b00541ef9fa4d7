import { create } from "zustand"

/** Whose calls of the kernel are shown. */
export type CallScope =
  | { kind: "interface"; name: string }
  | { kind: "tunnel"; id: string; name: string }
  | { kind: "request"; id: string }

/** The drawer that stands over every page; null: closed. */
export const useShownCalls = create<{ scope: CallScope | null }>(() => ({ scope: null }))

export function showCalls(scope: CallScope): void {
  useShownCalls.setState({ scope })
}

export function hideCalls(): void {
  useShownCalls.setState({ scope: null })
}
