import { Checkbox, Radio, Stack } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import { EndFields } from "./end-fields.tsx"
import classes from "./form.module.css"
import type { TunnelEnds } from "./other-side.ts"
import type { TunnelForm } from "./use-tunnel-form.ts"
import { peerIsPublic } from "./values.ts"

export interface EndsProps {
  form: TunnelForm
  ends: TunnelEnds
  /** The panel found that the peer's name leads to an address of the Internet. */
  publicRefused: boolean
  /** Instead of rows: peers of a tunnel that exists have a tab of their own. */
  peersElsewhere: ReactNode
}

const framings = ["trains", "simpletun"] as const
const roles = [
  { role: "connect", words: "calls" },
  { role: "listen", words: "waits" },
  { role: "hub", words: "hub" },
] as const

/** Clear text: what the other side is, who calls whom, and from where. */
export function ClearEnds({ form, ends, publicRefused, peersElsewhere }: EndsProps) {
  const { t } = useTranslation("tunnels")
  const { transport, framing, role, allowPublicPeer } = form.values
  const asksPublic = peerIsPublic(form.values) || publicRefused || allowPublicPeer
  return (
    <Stack gap="md">
      {transport === "tcp" && (
        <Radio.Group label={t("form.framing")} {...form.getInputProps("framing")}>
          <div className={classes.choices}>
            {framings.map((each) => (
              <Choice
                key={each}
                value={each}
                label={t(`form.${each}`)}
                description={t(`form.${each}Note`)}
                checked={framing === each}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      <Radio.Group label={t("form.role")} {...form.getInputProps("role")}>
        <div className={classes.choices} data-three>
          {roles.map(({ role: each, words }) => (
            <Choice
              key={each}
              value={each}
              label={t(`form.${words}`)}
              description={t(`form.${words}Note`)}
              checked={role === each}
            />
          ))}
        </div>
      </Radio.Group>
      <EndFields form={form} ends={ends} peersElsewhere={role === "hub" ? peersElsewhere : undefined} />
      {asksPublic && (
        <Checkbox
          color="red"
          label={t("form.allowPublicPeer")}
          description={t("form.allowPublicPeerNote")}
          {...form.getInputProps("allowPublicPeer", { type: "checkbox" })}
        />
      )}
    </Stack>
  )
}
