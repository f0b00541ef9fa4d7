import { detail } from "./detail/strings.ts"
import { form } from "./form/strings.ts"

export const interfaces = {
  title: "Interfaces",
  note: "Every tun and tap of this machine, Tundeck's own and others'.",
  create: "New interface",
  filter: "Filter by name, address or owner",
  filterLabel: "Filter the interfaces",
  show: { label: "Which interfaces", all: "All", ours: "Ours", others: "Others'" },
  columns: {
    name: "Name",
    kind: "Kind",
    state: "State",
    addresses: "Addresses",
    owner: "Owner",
    holders: "Held by",
    managed: "Managed",
    drift: "Drift",
  },
  kinds: {
    tun: { word: "tun", title: "Carries IP packets" },
    tap: { word: "tap", title: "Carries Ethernet frames" },
  },
  managed: {
    ours: "by Tundeck",
    others: "no",
    oursTitle: "Tundeck keeps this interface and brings it back after a reboot.",
    othersTitle: "Made by someone else. Tundeck shows it and never touches it, until you adopt it.",
  },
  heldBy: { none: "nobody", more: "and {{count}} more", process: "pid {{pid}}" },
  owner: { anyone: "root only", group: "group {{group}}" },
  addresses: { none: "none", more_one: "{{count}} more", more_other: "{{count}} more" },
  drift: {
    none: "as wanted",
    some_one: "1 field differs",
    some_other: "{{count}} fields differ",
    missing: "gone",
    notWatched: "not watched",
  },
  empty: {
    title: "There is no tun or tap interface on this machine",
    text: "An interface is where packets enter and leave a tunnel: programs see a network card, Tundeck holds the other end.",
  },
  emptyOurs: "Tundeck manages no interface yet. Create one, or open one of the others and adopt it.",
  emptyOthers: "No other program has made a tun or tap interface on this machine.",
  form,
  detail,
} as const
