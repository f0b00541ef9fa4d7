import { Stack } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import type { ReactNode } from "react"
import { KeySection } from "../../keys/key-section.tsx"
import { KeyedPeers } from "./peers.tsx"

export type KeyedSecurity = Extract<TunnelView["security"], { kind: "wireguard" }>

interface KeyedTabProps {
  tunnel: TunnelView
  security: KeyedSecurity
  device: { kind: "tun" | "tap"; addresses: string[] } | undefined
  /** On tap: to the MAC addresses. */
  choice: ReactNode
}

/** A wireguard tunnel's own key, and its peers. */
export function KeyedTab({ tunnel, security, device, choice }: KeyedTabProps) {
  return (
    <Stack gap="md">
      <KeySection tunnel={tunnel} security={security} />
      <KeyedPeers tunnel={tunnel} peers={security.peers} device={device} choice={choice} />
    </Stack>
  )
}
