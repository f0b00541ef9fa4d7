export const tunnels = {
  title: "Tunnels",
} as const
