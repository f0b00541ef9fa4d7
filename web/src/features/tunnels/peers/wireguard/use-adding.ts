import { getRouteApi } from "@tanstack/react-router"

const route = getRouteApi("/signed-in/tunnels/$id")

type Adding = ReturnType<typeof route.useSearch>["add"]

/** Which way of adding a peer is open: it stands in the address, so that a tunnel which was just made opens with it. */
export function useAdding(): { adding: Adding; add: (way: Adding) => void } {
  const { add: adding } = route.useSearch()
  const navigate = route.useNavigate()
  const add = (way: Adding) => void navigate({ search: { add: way }, hash: "peers", replace: true, resetScroll: false })
  return { adding, add }
}
