import { useTranslation } from "react-i18next"
import { StateShape, type Tone } from "../../ui/state-badge.tsx"
import classes from "./strength.module.css"
import { passwordStrength, type Strength } from "./strength.ts"

const tones: Record<Strength["verdict"], Tone> = {
  tooShort: "idle",
  tooLong: "bad",
  repeated: "bad",
  containsName: "bad",
  common: "bad",
  fair: "waiting",
  strong: "good",
}

/** Says in words how good the password is, while it is typed. */
export function StrengthHint({ password, username }: { password: string; username: string }) {
  const { t } = useTranslation("signIn")
  const strength = passwordStrength(password, username)
  const { verdict } = strength
  return (
    <div className={classes.hint} data-tone={tones[verdict]} role="status" aria-label={t("strength.label")}>
      <StateShape tone={tones[verdict]} />
      {strength.verdict === "tooShort"
        ? t("strength.tooShort", { count: strength.missing })
        : t(`strength.${strength.verdict}`)}
    </div>
  )
}
