import { type CarrierKind, defaultTunnelPort } from "@tundeck/shared"
import { clampsAtFirst, firstTransport, type TunnelFormValues } from "./values.ts"

/** What follows from a choice in the form, where the person did not choose otherwise; the way back is the way it was. */

type Changes = Partial<TunnelFormValues>

export function afterTransport(values: TunnelFormValues, initial: TunnelFormValues, transport: CarrierKind): Changes {
  const clampMss = transport === initial.transport ? initial.more.clampMss : clampsAtFirst(transport)
  return { transport, more: { ...values.more, clampMss } }
}

export function afterSecurity(
  values: TunnelFormValues,
  initial: TunnelFormValues,
  security: TunnelFormValues["security"],
): Changes {
  if (security === values.security) return {}
  const isBack = security === initial.security
  const [from, to] = isBack
    ? [firstTransport[values.security], initial.transport]
    : [initial.transport, firstTransport[security]]
  const [portFrom, portTo] = isBack ? [defaultTunnelPort, initial.port] : [initial.port, defaultTunnelPort]
  return {
    ...(values.transport === from && afterTransport(values, initial, to)),
    ...(values.port === portFrom && { port: portTo }),
    security,
  }
}
