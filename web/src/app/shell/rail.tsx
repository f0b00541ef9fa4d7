import { Badge, Tooltip } from "@mantine/core"
import { useMediaQuery } from "@mantine/hooks"
import { Link } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { type Destination, destinations } from "./destinations.ts"
import { useHostFaults } from "./host.ts"
import classes from "./shell.module.css"

export function Rail() {
  const { t } = useTranslation()
  return (
    <nav className={classes.rail} aria-label={t("nav.label")}>
      {destinations.map((destination) => (
        <RailLink key={destination.name} destination={destination} />
      ))}
    </nav>
  )
}

function RailLink({ destination: { to, name, icon: Icon } }: { destination: Destination }) {
  const { t } = useTranslation()
  const iconsOnly = useMediaQuery("(max-width: 80em)")
  const faults = useHostFaults()
  return (
    <Tooltip label={t(`nav.${name}`)} position="right" disabled={!iconsOnly}>
      <Link to={to} activeOptions={{ exact: to === "/" }} className={classes.link}>
        <Icon size={19} stroke={1.6} aria-hidden />
        <span className={classes.linkText}>{t(`nav.${name}`)}</span>
        {name === "host" && faults > 0 && (
          <Badge
            className={classes.mark}
            size="sm"
            color="red"
            variant="filled"
            circle
            aria-label={t("nav.hostFaults", { count: faults })}
          >
            {faults}
          </Badge>
        )}
      </Link>
    </Tooltip>
  )
}
