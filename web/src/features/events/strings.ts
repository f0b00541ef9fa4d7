/** The page, and the time line that the page and a tunnel's log share. */
export const events = {
  title: "Events",
  note: "What happened on this host, newest first.",
  today: "Today",
  severity: { info: "note", warning: "warning", error: "error" },
  noneYet: "None among the newest {{count}} events.",
  earlier: "Show earlier",
  toCapture: "See its file",
  empty: { title: "Nothing happened yet", text: "Starts, stops, faults and repairs appear here as they happen." },
} as const
