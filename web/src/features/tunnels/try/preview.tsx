import { Text } from "@mantine/core"
import { composePacket, dissect, type PacketWish } from "@tundeck/shared"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { FieldBytes } from "../../../ui/bytes/field-bytes.tsx"
import classes from "./try.module.css"

/** More are not drawn: what is behind them is data. */
const mostShown = 2048

/** The packet as it will stand on the wire, each field with its bytes. As high while there is none. */
export function Preview({ wish, link }: { wish: PacketWish | undefined; link: "ip" | "ethernet" }) {
  const { t } = useTranslation("tunnels")
  const shown = useMemo(() => {
    if (wish === undefined) return undefined
    const whole = composePacket(wish)
    const bytes = whole.subarray(0, mostShown)
    return { bytes, fields: dissect(bytes, whole.length, link), key: bytes.toString() }
  }, [wish, link])
  return (
    <section className={classes.preview} aria-label={t("tryOut.inject.preview")}>
      {shown === undefined ? (
        <Text size="sm" c="dimmed" p="md">
          {t("tryOut.inject.noPreview")}
        </Text>
      ) : (
        <FieldBytes key={shown.key} fields={shown.fields} bytes={shown.bytes} />
      )}
    </section>
  )
}
