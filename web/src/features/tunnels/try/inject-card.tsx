import { Button, NativeSelect, SegmentedControl, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import {
  type Direction,
  type Injection,
  type InterfaceView,
  routes,
  type TunnelView,
  withFrameEnds,
} from "@tundeck/shared"
import { type FormEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors } from "../../../lib/api/form-errors.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { Fate } from "./fate.tsx"
import { useFrameEnds } from "./frame.ts"
import { PacketFields } from "./packet-fields.tsx"
import { type Field, isFramed, kindsOf, type PacketKind, readTexts, type Texts, usualTexts } from "./packet-form.ts"
import { Preview } from "./preview.tsx"
import classes from "./try.module.css"

const directions = ["outbound", "inbound"] as const

interface InjectCardProps {
  tunnel: TunnelView
  on: InterfaceView | undefined
  disabled: boolean
  onSee: () => void
}

/** A packet, field by field, with the bytes that it will be; then what became of it. */
export function InjectCard({ tunnel, on, disabled, onSee }: InjectCardProps) {
  const { t } = useTranslation("tunnels")
  const isTap = on?.kind === "tap"
  const peers = tunnel.security.peers?.map(({ name }) => name) ?? []
  const [direction, setDirection] = useState<Direction>("outbound")
  const [kind, setKind] = useState<PacketKind>("echo")
  const [peer, setPeer] = useState("")
  const [typed, setTyped] = useState<Texts>({})
  const texts = { ...usualTexts(on, direction, kind), ...typed }
  const { wish, errors } = readTexts(kind, isTap, texts, t("tryOut.inject.number"))
  const ends = useFrameEnds(tunnel, on, direction, texts)
  const whole = wish && ends ? withFrameEnds(wish, ends) : wish
  const isComplete = whole !== undefined && (!isTap || isFramed(whole))
  const send = useMutation({
    mutationFn: (body: Injection) => call(routes.injectPacket, { params: { id: tunnel.id }, body }),
  })
  const refused = problemErrors(send.error)
  const errorOf = (field: Field) => errors[field] ?? refused[`packet.${field}`]

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const from = direction === "inbound" ? (peers.find((name) => name === peer) ?? peers[0]) : undefined
    if (wish !== undefined && isComplete && !disabled && !send.isPending) {
      send.mutate({ direction, packet: wish, ...(from !== undefined && { peer: from }) })
    }
  }
  const turn = (value: string) => {
    setDirection(directions.find((one) => one === value) ?? "outbound")
    setTyped({})
  }
  return (
    <Section title={t("tryOut.inject.title")} note={t("tryOut.inject.note")}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <div className={classes.choices}>
            <SegmentedControl
              aria-label={t("tryOut.inject.direction")}
              data={directions.map((value) => ({ value, label: t(`tryOut.inject.directions.${value}`) }))}
              value={direction}
              onChange={turn}
            />
            <NativeSelect
              aria-label={t("tryOut.inject.kind")}
              data={kindsOf(isTap).map((value) => ({ value, label: t(`tryOut.inject.kinds.${value}`) }))}
              value={kind}
              onChange={({ currentTarget: { value } }) =>
                setKind(kindsOf(isTap).find((one) => one === value) ?? "echo")
              }
            />
            {direction === "inbound" && peers.length > 0 && (
              <NativeSelect
                aria-label={t("tryOut.inject.peer")}
                data={peers}
                value={peer === "" ? peers[0] : peer}
                onChange={({ currentTarget: { value } }) => setPeer(value)}
              />
            )}
          </div>
          <div className={classes.halves}>
            <PacketFields
              {...{ kind, isTap, texts, ends, errorOf }}
              onType={(field, text) => setTyped((before) => ({ ...before, [field]: text }))}
            />
            <Preview wish={isComplete ? whole : undefined} link={isTap ? "ethernet" : "ip"} />
          </div>
          <div className={classes.choices}>
            <Button type="submit" loading={send.isPending} disabled={disabled || !isComplete}>
              {t("tryOut.inject.send")}
            </Button>
            <div role="status" className={classes.fate}>
              {send.data !== undefined && !send.isPending && (
                <Fate fate={send.data} direction={send.variables?.direction ?? direction} onSee={onSee} />
              )}
            </div>
          </div>
          {send.error !== null && (
            <ProblemNotice error={send.error} shownFields={(path) => path.startsWith("packet.")} />
          )}
          {disabled && <Text size="sm">{t("tryOut.stopped")}</Text>}
        </Stack>
      </form>
    </Section>
  )
}
