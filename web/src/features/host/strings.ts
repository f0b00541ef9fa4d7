export const host = {
  title: "Host",
} as const
