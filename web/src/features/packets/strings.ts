export const packets = {
  title: "Packets",
} as const
