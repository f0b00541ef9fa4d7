import { Tooltip } from "@mantine/core"
import type { TunnelPeerStatus, TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { Mono } from "../../../../ui/mono.tsx"
import classes from "../peers.module.css"

const none = "–"

/** Where a peer is now, what carries its messages, and what they are encrypted with. */
export function Way({
  peer: { endpoint, carrier, cipher, isTundeck },
  tunnel,
}: {
  peer: TunnelPeerStatus
  tunnel: TunnelView
}) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const how = [
    carrier && common(`tunnel.transport.${carrier}`),
    cipher && t(`keyed.cipher.${cipher}`),
    isTundeck && common("product"),
  ].filter((part) => typeof part === "string")
  const hasFallenBack = tunnel.transport.kind === "udp" && carrier === "tcp"
  return (
    <>
      {endpoint === null ? none : <Mono>{endpoint}</Mono>}
      {how.length > 0 && <div className={classes.quiet}>{how.join(" · ")}</div>}
      {hasFallenBack && (
        <Tooltip label={t("keyed.fallenBackTitle")}>
          <div className={classes.fallenBack}>{t("keyed.fallenBack")}</div>
        </Tooltip>
      )}
    </>
  )
}
