import { Text, Tooltip, VisuallyHidden } from "@mantine/core"
import { useElementSize } from "@mantine/hooks"
import { IconBolt, IconLockOpen } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import type { InterfaceView, TunnelView } from "@tundeck/shared"
import type { CSSProperties } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import { hostQuery } from "../../../lib/host.ts"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { Mono } from "../../../ui/mono.tsx"
import { TunnelStateBadge } from "../../../ui/tunnel-state.tsx"
import { layoutMap, lineWidth, type MapBox, type MapLine } from "./layout.ts"
import classes from "./map.module.css"

interface HostMapProps {
  interfaces: readonly InterfaceView[]
  tunnels: readonly TunnelView[]
}

/** This host and everything behind its tunnels, left to right. */
export function HostMap({ interfaces, tunnels }: HostMapProps) {
  const { t } = useTranslation("overview")
  const { ref, width } = useElementSize()
  const map = layoutMap(interfaces, tunnels, Math.max(280, width))
  const byId = new Map(tunnels.map((tunnel) => [tunnel.id, tunnel]))
  return (
    <div>
      <figure ref={ref} className={classes.map} aria-label={t("map.label")} style={{ height: map.height }}>
        {width > 0 && (
          <>
            <svg className={classes.lines} width={map.width} height={map.height} aria-hidden="true">
              {map.lines.map((line) => (
                <Line key={`${line.from} ${line.to}`} line={line} tunnel={byId.get(line.tunnel ?? "")} />
              ))}
            </svg>
            {map.boxes.map((box) => (
              <Box key={box.id} box={box} />
            ))}
          </>
        )}
      </figure>
      {map.left > 0 && (
        <Text size="sm" c="dimmed" mt={8}>
          {t("map.left", { count: map.left, tunnels: formatCount(map.left) })}
        </Text>
      )}
    </div>
  )
}

function Line({ line, tunnel }: { line: MapLine; tunnel: TunnelView | undefined }) {
  return tunnel === undefined ? (
    <path className={classes.line} data-state={line.state} d={line.path} strokeWidth={1.5} />
  ) : (
    <TrafficLine line={line} tunnel={tunnel} />
  )
}

function TrafficLine({ line, tunnel }: { line: MapLine; tunnel: TunnelView }) {
  const { rates } = useTraffic(tunnel)
  const width = lineWidth(rates.outbound + rates.inbound)
  return <path className={classes.line} data-state={line.state} d={line.path} strokeWidth={width} />
}

function Box({ box: { x, y, width, height, content } }: { box: MapBox }) {
  const { t } = useTranslation("overview")
  const { t: common } = useTranslation()
  const style: CSSProperties = { left: x, top: y, width, height }
  const shared = { className: classes.box, style, "data-kind": content.kind }
  switch (content.kind) {
    case "host":
      return (
        <div {...shared}>
          <HostBox />
        </div>
      )
    case "interface":
      return (
        <Link to="/interfaces/$name" params={{ name: content.device.name }} {...shared}>
          <span className={classes.name}>
            <Mono>{content.device.name}</Mono>
          </span>
          <span className={classes.detail} title={content.device.addresses.join(", ")}>
            {[content.device.kind, ...content.device.addresses.slice(0, 1)].join(" · ")}
          </span>
        </Link>
      )
    case "missing":
      return (
        <div {...shared}>
          <span className={classes.name}>
            <Mono>{content.name}</Mono>
          </span>
          <span className={classes.detail}>{t("map.missing")}</span>
        </div>
      )
    case "tunnel":
      return (
        <Link to="/tunnels/$id" params={{ id: content.tunnel.id }} {...shared}>
          <span className={classes.name} title={content.tunnel.name}>
            {content.tunnel.faulty && <Mark kind="faults" />}
            {content.tunnel.insecure && <Mark kind="clearText" />}
            {content.tunnel.name}
          </span>
          <span className={classes.state}>
            <TunnelStateBadge state={content.tunnel.state} />
            <span className={classes.transport}>{common(`tunnel.transport.${content.tunnel.transport.kind}`)}</span>
          </span>
        </Link>
      )
    case "peer":
      return (
        <div {...shared}>
          <span className={classes.name} title={content.name ?? content.address}>
            {content.name ?? <Mono>{content.address}</Mono>}
          </span>
          <span className={classes.detail} title={content.name && content.address}>
            {content.name === undefined ? t("map.peer") : <Mono>{content.address}</Mono>}
          </span>
        </div>
      )
    case "peers":
      return (
        <div {...shared}>
          <span className={classes.name}>
            {t(content.isRest ? "map.morePeers" : "map.peers", {
              count: content.count,
              peers: formatCount(content.count),
            })}
          </span>
        </div>
      )
    case "networks":
      return (
        <div {...shared} title={content.networks.join(", ")}>
          <span className={classes.name}>
            <Mono>{content.networks[0]}</Mono>
          </span>
          {content.networks.length > 1 && (
            <span className={classes.detail}>{t("map.more", { count: content.networks.length - 1 })}</span>
          )}
        </div>
      )
  }
}

/** A badge has no room here: its sign, and its words for those who hear the page. */
function Mark({ kind }: { kind: "faults" | "clearText" }) {
  const { t } = useTranslation()
  const Sign = kind === "faults" ? IconBolt : IconLockOpen
  return (
    <Tooltip label={t(`state.${kind}Title`)}>
      <span className={classes.mark} data-kind={kind}>
        <Sign size={12} aria-hidden />
        <VisuallyHidden>{t(`state.${kind}`)}</VisuallyHidden>
      </span>
    </Tooltip>
  )
}

function HostBox() {
  const { t } = useTranslation("overview")
  const hostname = useQuery(hostQuery).data?.hostname
  return (
    <>
      <span className={classes.name} title={hostname}>
        {hostname ?? t("map.thisHost")}
      </span>
      <span className={classes.detail}>{t("map.thisHost")}</span>
    </>
  )
}
