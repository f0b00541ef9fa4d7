import { Skeleton } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { Outlet, useNavigate } from "@tanstack/react-router"
import { lazy, Suspense, useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { closeLive, connectLive, onLiveReconnect } from "../../lib/live/connection.ts"
import { useLiveConnection } from "../../lib/live/store.ts"
import { sessionQuery } from "../../lib/session.ts"
import { listenForShortcuts, useShortcut } from "../../lib/shortcuts.ts"
import { useShownCalls } from "../../lib/system-calls.ts"
import { recordTraffic } from "../../lib/traffic/traffic.ts"
import { UndoNotifications } from "../../ui/undo-notifications.tsx"
import { addStrings } from "../strings.ts"
import { BottomBar } from "./bottom-bar.tsx"
import { ConnectionBar } from "./connection-bar.tsx"
import { type Destination, destinations } from "./destinations.ts"
import { Header } from "./header.tsx"
import { Rail } from "./rail.tsx"
import classes from "./shell.module.css"

const ShortcutList = lazy(async () => ({ default: (await import("./shortcut-list.tsx")).ShortcutList }))

const SystemCallsDrawer = lazy(async () => {
  const [{ SystemCallsDrawer }] = await Promise.all([
    import("../../features/system-calls/drawer.tsx"),
    addStrings("systemCalls"),
  ])
  return { default: SystemCallsDrawer }
})

/** Around every page of a signed-in person; holds the live connection. */
export function Shell() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [listOpened, setListOpened] = useState(false)
  useShortcut("?", t("shortcuts.help"), () => setListOpened(true))
  useEffect(listenForShortcuts, [])
  useEffect(recordTraffic, [])
  useEffect(() => {
    connectLive()
    const stop = onLiveReconnect(() => void queryClient.invalidateQueries())
    // A browser does not say why a WebSocket was refused: whether the session ended is asked of the API.
    const stopAsking = useLiveConnection.subscribe(({ state }) => {
      if (state === "lost") void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    })
    return () => {
      stop()
      stopAsking()
      closeLive()
    }
  }, [queryClient])

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t("nav.skip")}
      </a>
      <Header onShortcuts={() => setListOpened(true)} />
      <Rail />
      <main id="content" className={classes.main} tabIndex={-1}>
        <ConnectionBar />
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar />
      <UndoNotifications />
      <ShownCalls />
      {listOpened && (
        <Suspense>
          <ShortcutList onClose={() => setListOpened(false)} />
        </Suspense>
      )}
      {destinations.map((destination) => (
        <GoTo key={destination.name} destination={destination} />
      ))}
    </div>
  )
}

function ShownCalls() {
  const { scope } = useShownCalls()
  if (scope === null) return null
  return (
    <Suspense>
      <SystemCallsDrawer scope={scope} />
    </Suspense>
  )
}

function GoTo({ destination }: { destination: Destination }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const label = t("shortcuts.goTo", { page: t(`nav.${destination.name}`) })
  useShortcut(`g ${destination.key}`, label, () => void navigate({ to: destination.to }))
  return null
}

export function PageSkeleton() {
  const { t } = useTranslation()
  return (
    <div style={{ padding: "22px 28px" }} role="status" aria-label={t("page.loading")}>
      <Skeleton height={28} width={180} />
    </div>
  )
}
