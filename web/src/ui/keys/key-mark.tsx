import { Tooltip } from "@mantine/core"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { fingerprint } from "../../lib/keys/fingerprint.ts"
import classes from "./keys.module.css"

/** A public key as four words and eight blocks of colour, to know it again; the whole key on hover and focus. */
export function KeyMark({ publicKey }: { publicKey: string }) {
  const { t } = useTranslation()
  const { words, colours } = useMemo(() => fingerprint(publicKey), [publicKey])
  return (
    <Tooltip
      maw={460}
      label={
        <>
          <span className={classes.whole}>{publicKey}</span>
          <br />
          {t("key.fingerprintNote")}
        </>
      }
    >
      <span className={classes.mark}>
        <svg className={classes.blocks} viewBox="0 0 4 2" aria-hidden="true">
          {colours.map((colour, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a block has no name but its place
            <rect key={i} x={i % 4} y={Math.floor(i / 4)} width="1" height="1" data-colour={colour} />
          ))}
        </svg>
        <span className={classes.words}>{words.join(" ")}</span>
      </span>
    </Tooltip>
  )
}
