import { useForm } from "@mantine/form"
import { useTranslation } from "react-i18next"
import { type FormWords, formErrors, type TunnelFormValues } from "./values.ts"

/** The form's values and errors; a field is judged when it is left, all of them before the request. */
export function useTunnelForm(initialValues: TunnelFormValues) {
  const { t } = useTranslation("tunnels")
  const words: FormWords = {
    port: t("error.port"),
    peer: t("error.peer"),
    listenAddress: t("error.listenAddress"),
    security: t("error.security"),
    publicPeer: t("error.publicPeer"),
    interface: t("error.interface"),
  }
  return useForm<TunnelFormValues>({
    initialValues,
    validate: (values) => formErrors(values, words),
    validateInputOnBlur: true,
    clearInputErrorOnChange: true,
  })
}

export type TunnelForm = ReturnType<typeof useTunnelForm>
