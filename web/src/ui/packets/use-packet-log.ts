import type { Filter } from "@tundeck/shared"
import { useEffect, useState } from "react"
import { onLiveReconnect } from "../../lib/live/connection.ts"
import { useLive } from "../../lib/live/use-live.ts"
import { PacketLog } from "./packet-log.ts"
import { RowCursor } from "./row-cursor.ts"
import { useFrame } from "./use-frame.ts"

interface LivePackets {
  log: PacketLog
  cursor: RowCursor
  render: () => void
}

/** The live packets of one tunnel; the component renders at most once a frame. Wants a `key` for each tunnel. */
export function usePacketLog(tunnel: string, filter: Filter | undefined): LivePackets {
  const render = useFrame()
  const [log] = useState(() => new PacketLog(render))
  useLive("packets", (message) => log.receive(message), { tunnel })
  useEffect(() => log.show(filter?.matches), [log, filter])
  useEffect(() => onLiveReconnect(() => log.reconnected()), [log])
  const [cursor] = useState(() => new RowCursor(log, render))
  return { log, cursor, render }
}
