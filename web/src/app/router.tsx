import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { Problem } from "@tundeck/shared"
import { z } from "zod"
import { sessionQuery } from "../lib/session.ts"
import { packetViews } from "../ui/packets/analysis/views.ts"
import { NotFound } from "./not-found.tsx"
import { PageProblem } from "./page-problem.tsx"
import { queryClient, sessionEnded } from "./query-client.ts"
import { PageSkeleton, Shell } from "./shell/shell.tsx"
import { addStrings } from "./strings.ts"

/** Every page of Tundeck. Each loads when it is first opened. */

/** A page of a feature whose words come with it. */
function of<M>(feature: Parameters<typeof addStrings>[0], load: () => Promise<M>): () => Promise<M> {
  return async () => (await Promise.all([load(), addStrings(feature)]))[0]
}

/** `?filter=80` is a number to the router. */
const filterText = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined)

/** How packets are looked at; row by row when it is left out. */
const packetView = z.enum(packetViews).optional().catch(undefined)

const root = createRootRoute({ notFoundComponent: NotFound })

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("../features/sign-in/setup-page.tsx"), "SetupPage"),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: z.object({ next: z.string().startsWith("/").optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("../features/sign-in/sign-in-page.tsx"), "SignInPage"),
})

const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite",
  component: lazyRouteComponent(
    of("tunnels", () => import("../features/tunnels/invites/claim-page.tsx")),
    "ClaimPage",
  ),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "sign-in-required") throw error
      throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { next: location.href } })
    }
  },
})

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  component: lazyRouteComponent(() => import("../features/overview/overview-page.tsx"), "OverviewPage"),
})
const interfaces = createRoute({
  getParentRoute: () => signedIn,
  path: "/interfaces",
  component: lazyRouteComponent(
    of("interfaces", () => import("../features/interfaces/interfaces-page.tsx")),
    "InterfacesPage",
  ),
})
const newInterface = createRoute({
  getParentRoute: () => signedIn,
  path: "/interfaces/new",
  component: lazyRouteComponent(
    of("interfaces", () => import("../features/interfaces/form/new-interface-page.tsx")),
    "NewInterfacePage",
  ),
})
const editInterface = createRoute({
  getParentRoute: () => signedIn,
  path: "/interfaces/$name/edit",
  component: lazyRouteComponent(
    of("interfaces", () => import("../features/interfaces/form/edit-interface-page.tsx")),
    "EditInterfacePage",
  ),
})
const oneInterface = createRoute({
  getParentRoute: () => signedIn,
  path: "/interfaces/$name",
  component: lazyRouteComponent(
    of("interfaces", () => import("../features/interfaces/detail/interface-page.tsx")),
    "InterfacePage",
  ),
})
const tunnels = createRoute({
  getParentRoute: () => signedIn,
  path: "/tunnels",
  component: lazyRouteComponent(
    of("tunnels", () => import("../features/tunnels/tunnels-page.tsx")),
    "TunnelsPage",
  ),
})
const newTunnel = createRoute({
  getParentRoute: () => signedIn,
  path: "/tunnels/new",
  validateSearch: z.object({
    interface: z.string().optional().catch(undefined),
    from: z.enum(["code", "file"]).optional().catch(undefined),
  }),
  component: lazyRouteComponent(
    of("tunnels", () => import("../features/tunnels/new-tunnel-page.tsx")),
    "NewTunnelPage",
  ),
})
const oneTunnel = createRoute({
  getParentRoute: () => signedIn,
  path: "/tunnels/$id",
  validateSearch: z.object({
    add: z.enum(["tundeck", "app", "key"]).optional().catch(undefined),
    filter: filterText,
    view: packetView,
  }),
  component: lazyRouteComponent(
    of("tunnels", () => import("../features/tunnels/tunnel-page.tsx")),
    "TunnelPage",
  ),
})
const packets = createRoute({
  getParentRoute: () => signedIn,
  path: "/packets",
  validateSearch: z.object({ tunnel: z.string().optional().catch(undefined), filter: filterText, view: packetView }),
  component: lazyRouteComponent(() => import("../features/packets/packets-page.tsx"), "PacketsPage"),
})
const events = createRoute({
  getParentRoute: () => signedIn,
  path: "/events",
  component: lazyRouteComponent(() => import("../features/events/events-page.tsx"), "EventsPage"),
})
const host = createRoute({
  getParentRoute: () => signedIn,
  path: "/host",
  component: lazyRouteComponent(() => import("../features/host/host-page.tsx"), "HostPage"),
})
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  component: lazyRouteComponent(() => import("../features/settings/settings-page.tsx"), "SettingsPage"),
})

const routeTree = root.addChildren([
  setup,
  signIn,
  invite,
  signedIn.addChildren([
    overview,
    interfaces,
    newInterface,
    editInterface,
    oneInterface,
    tunnels,
    newTunnel,
    oneTunnel,
    packets,
    events,
    host,
    settings,
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 300,
  defaultErrorComponent: PageProblem,
  scrollRestoration: true,
})

window.addEventListener(sessionEnded, () => void router.invalidate())

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
