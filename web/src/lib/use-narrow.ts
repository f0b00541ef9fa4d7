import { useMediaQuery } from "@mantine/hooks"

const query = "(min-width: 48em) and (max-width: 75em)"

/** Wide enough for a table beside the rail, too narrow for all of its columns: some then share one. */
export function useNarrow(): boolean {
  return useMediaQuery(query, window.matchMedia(query).matches)
}
