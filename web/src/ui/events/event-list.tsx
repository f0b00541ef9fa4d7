import type { HostEvent } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatClock, formatDateTime } from "../../lib/format.ts"
import { useIsAdmin } from "../../lib/session.ts"
import { AnchorLink } from "../links.tsx"
import { RelativeTime } from "../relative-time.tsx"
import { StateShape, type Tone } from "../state-badge.tsx"
import classes from "./event-list.module.css"

const tones: Record<HostEvent["severity"], Tone> = { info: "idle", warning: "waiting", error: "bad" }
const dayOf = (time: number) => formatDateTime(time).slice(0, 10)

/** A time line, newest first, by day. `plain` leaves the subject out where all are of one. */
export function EventList({ label, events, plain }: { label: string; events: readonly HostEvent[]; plain?: boolean }) {
  const { t } = useTranslation("events")
  const today = dayOf(Date.now())
  const days = Map.groupBy(events, ({ time }) => dayOf(time))
  return (
    <section aria-label={label} aria-live="off">
      {[...days].map(([day, ofDay]) => (
        <div key={day}>
          <h2 className={classes.day}>{day === today ? t("today") : day}</h2>
          <ol className={classes.list}>
            {ofDay.map((event) => (
              <Event key={`${event.id} ${event.time} ${event.text}`} event={event} plain={plain} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  )
}

const recentMs = 3_600_000

function Event({
  event: { time, severity, subject, text, capture },
  plain,
}: {
  event: HostEvent
  plain: boolean | undefined
}) {
  const { t } = useTranslation("events")
  return (
    <li className={classes.event} data-severity={severity} data-plain={plain || undefined}>
      <span className={classes.time}>
        {Date.now() - time < recentMs ? <RelativeTime time={time} /> : formatClock(time).slice(0, 8)}
      </span>
      <span className={classes.mark}>
        <StateShape tone={tones[severity]} />
      </span>
      {!plain && (
        <span className={classes.subject}>
          <Subject subject={subject} />
        </span>
      )}
      <span className={classes.text}>
        {text} {capture !== undefined && <ToCapture subject={subject} />}
      </span>
      <span className={classes.severity}>{t(`severity.${severity}`)}</span>
    </li>
  )
}

/** The files of a tunnel are on its page, for admins. */
function ToCapture({ subject }: { subject: string }) {
  const { t } = useTranslation("events")
  const isAdmin = useIsAdmin()
  const [kind, id] = subject.split(" ", 2)
  if (!isAdmin || kind !== "tunnel" || id === undefined) return null
  return (
    <AnchorLink inherit underline="always" to="/tunnels/$id" params={{ id }} hash="capture">
      {t("toCapture")}
    </AnchorLink>
  )
}

/** "tunnel lab" and "interface tun0" lead to their pages. */
function Subject({ subject }: { subject: string }) {
  const [kind, name] = subject.split(" ", 2)
  if (name === undefined || name === "") return subject
  if (kind === "tunnel") {
    return (
      <AnchorLink inherit to="/tunnels/$id" params={{ id: name }}>
        {subject}
      </AnchorLink>
    )
  }
  if (kind === "interface") {
    return (
      <AnchorLink inherit to="/interfaces/$name" params={{ name }}>
        {subject}
      </AnchorLink>
    )
  }
  return subject
}
