export const events = {
  title: "Events",
} as const
