import { useMediaQuery } from "@mantine/hooks"

/** Narrow enough for a bottom bar instead of the rail; the same width as in the style sheets. */
export function usePhone(): boolean {
  return useNarrow("(max-width: 48em)")
}

/** Too narrow to compare columns: tables become cards. */
export function useCards(): boolean {
  return useNarrow("(max-width: 68em)")
}

function useNarrow(query: string): boolean {
  return useMediaQuery(query, window.matchMedia(query).matches)
}
