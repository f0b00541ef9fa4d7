import { useMediaQuery } from "@mantine/hooks"

/** Narrow enough for cards instead of tables and a bottom bar instead of the rail; the same width as in the style sheets. */
export function usePhone(): boolean {
  return useMediaQuery("(max-width: 48em)", window.matchMedia("(max-width: 48em)").matches)
}
