import { type UseFormReturnType, useForm } from "@mantine/form"
import { interfaceCreate } from "@tundeck/shared"
import { schemaErrors } from "../../../lib/api/form-errors.ts"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { createBodyOf, type InterfaceValues } from "./values.ts"

export type InterfaceForm = UseFormReturnType<InterfaceValues>

/** The form's fields and their faults, found by the contract itself: of a field when it is left, of all before anything is sent. */
export function useInterfaceForm(initialValues: InterfaceValues): InterfaceForm {
  return useForm<InterfaceValues>({
    initialValues,
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
    validate: (values) => schemaErrors(interfaceCreate, createBodyOf(values)),
  })
}
