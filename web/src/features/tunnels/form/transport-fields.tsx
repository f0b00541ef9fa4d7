import { Checkbox, Radio, Stack } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import { EndFields } from "./end-fields.tsx"
import classes from "./form.module.css"
import { MoreFields } from "./more-fields.tsx"
import type { TunnelEnds } from "./other-side.ts"
import type { TunnelForm } from "./use-tunnel-form.ts"
import { peerIsPublic } from "./values.ts"

interface TransportFieldsProps {
  form: TunnelForm
  ends: TunnelEnds
  /** The panel found that the peer's name leads to an address of the Internet. */
  publicRefused: boolean
  /** Instead of rows: a hub that exists has its peers on a tab of their own. */
  peersElsewhere: ReactNode
}

const kinds = ["tcp", "udp", "icmp"] as const
const framings = ["trains", "simpletun"] as const
const roles = [
  { role: "connect", words: "calls" },
  { role: "listen", words: "waits" },
  { role: "hub", words: "hub" },
] as const

/** What carries the packets, and who calls whom. */
export function TransportFields({ form, ends, publicRefused, peersElsewhere }: TransportFieldsProps) {
  const { t } = useTranslation("tunnels")
  const { transport, framing, role, allowPublicPeer } = form.values
  const asksPublic = peerIsPublic(form.values) || publicRefused || allowPublicPeer
  const chooseTransport = form.getInputProps("transport")
  return (
    <Stack gap="md">
      <Radio.Group
        label={t("form.transport")}
        {...chooseTransport}
        onChange={(chosen) => {
          chooseTransport.onChange(chosen)
          const saved = form.getInitialValues()
          // A connection carries packets of any size; a datagram does not. The way back is the way it was.
          form.setFieldValue("more.clampMss", chosen === saved.transport ? saved.more.clampMss : chosen !== "tcp")
        }}
      >
        <div className={classes.choices} data-three>
          {kinds.map((each) => (
            <Choice
              key={each}
              value={each}
              label={t(`form.${each}`)}
              description={t(`form.${each}Note`)}
              checked={transport === each}
            />
          ))}
        </div>
      </Radio.Group>
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
      <EndFields form={form} ends={ends} peersElsewhere={peersElsewhere} />
      {asksPublic && (
        <Checkbox
          color="red"
          label={t("form.allowPublicPeer")}
          description={t("form.allowPublicPeerNote")}
          {...form.getInputProps("allowPublicPeer", { type: "checkbox" })}
        />
      )}
      <MoreFields form={form} />
    </Stack>
  )
}
