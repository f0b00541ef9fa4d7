import { useForm } from "@mantine/form"
import { useTranslation } from "react-i18next"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { type FormWords, formErrors } from "./errors.ts"
import type { TunnelFormValues } from "./values.ts"

/** The form's values and errors; a field is judged when it is left, all of them before the request. */
export function useTunnelForm(initialValues: TunnelFormValues) {
  const { t } = useTranslation("tunnels")
  const words: FormWords = {
    port: t("error.port"),
    number: t("error.number"),
    peer: t("error.peer"),
    peerFamily: t("error.peerFamily"),
    listenAddress: t("error.listenAddress"),
    connect: t("error.connect"),
    simpletun: t("error.simpletun"),
    publicPeer: t("error.publicPeer"),
    interface: t("error.interface"),
    firewallMark: t("error.firewallMark"),
    dscp: t("error.dscp"),
  }
  return useForm<TunnelFormValues>({
    initialValues,
    validate: (values) => formErrors(values, words),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
}

export type TunnelForm = ReturnType<typeof useTunnelForm>
