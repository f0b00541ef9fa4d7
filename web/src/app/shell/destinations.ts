import {
  IconActivity,
  IconArrowsLeftRight,
  IconHistory,
  IconLayoutDashboard,
  IconPlugConnected,
  IconServer,
  IconSettings,
} from "@tabler/icons-react"

/** The pages of the rail in their order, with the second key of their shortcut: g i. */
export const destinations = [
  { to: "/", name: "overview", key: "o", icon: IconLayoutDashboard },
  { to: "/interfaces", name: "interfaces", key: "i", icon: IconPlugConnected },
  { to: "/tunnels", name: "tunnels", key: "t", icon: IconArrowsLeftRight },
  { to: "/packets", name: "packets", key: "p", icon: IconActivity },
  { to: "/events", name: "events", key: "e", icon: IconHistory },
  { to: "/host", name: "host", key: "h", icon: IconServer },
  { to: "/settings", name: "settings", key: "s", icon: IconSettings },
] as const

export type Destination = (typeof destinations)[number]
