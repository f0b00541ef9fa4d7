import { useQuery } from "@tanstack/react-query"
import { dissect, type PacketBytes, type PacketSummary, Problem, routes } from "@tundeck/shared"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { formatCount } from "../../../lib/format.ts"
import { useIsAdmin } from "../../../lib/session.ts"
import { FieldBytes } from "../../bytes/field-bytes.tsx"
import { ProblemNotice } from "../../problem-notice.tsx"
import classes from "./detail.module.css"

interface PacketFieldsProps {
  tunnel: string
  row: PacketSummary
}

/** The bytes of a packet come when it is opened; the panel lets them go after a while. */
export function PacketFields({ tunnel, row: { number, time } }: PacketFieldsProps) {
  const { t } = useTranslation("packets")
  const isAdmin = useIsAdmin()
  const { data, error, refetch } = useQuery({
    queryKey: ["packet", tunnel, number, time],
    queryFn: ({ signal }) => call(routes.readPacket, { params: { id: tunnel, number }, signal }),
    enabled: isAdmin,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
  if (!isAdmin) return <p className={classes.said}>{t("detail.adminsOnly")}</p>
  // A tunnel that was started again counts from the beginning.
  const isGone = (error instanceof Problem && error.code === "packet-gone") || (data && data.time !== time)
  if (isGone) return <p className={classes.said}>{t("detail.gone")}</p>
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  return data === undefined ? <div role="status" aria-label={t("detail.reading")} /> : <Dissected packet={data} />
}

function Dissected({ packet: { bytes: base64, length, link } }: { packet: PacketBytes }) {
  const { t } = useTranslation("packets")
  const bytes = useMemo(() => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)), [base64])
  const fields = useMemo(() => dissect(bytes, length, link), [bytes, length, link])
  const cut = { kept: formatCount(bytes.length), length: formatCount(length) }
  return <FieldBytes fields={fields} bytes={bytes} note={bytes.length < length ? t("detail.cut", cut) : undefined} />
}
