import { type UseFormReturnType, useForm } from "@mantine/form"
import { interfaceCreate } from "@tundeck/shared"
import type { FocusEvent } from "react"
import { schemaErrors } from "../../../lib/api/form-errors.ts"
import { createBodyOf, type InterfaceValues } from "./values.ts"

export type InterfaceForm = UseFormReturnType<InterfaceValues>

/** The form's fields and their faults, found by the contract itself before anything is sent. */
export function useInterfaceForm(initialValues: InterfaceValues): InterfaceForm {
  return useForm<InterfaceValues>({
    initialValues,
    clearInputErrorOnChange: true,
    validate: (values) => schemaErrors(interfaceCreate, createBodyOf(values)),
  })
}

const clickMs = 200

/**
 * Checks a field when it is left. A little later than that: a fault's text moves what is below it, and the
 * button that is being pressed shall not move away under the finger.
 */
export function checkOnLeave(form: InterfaceForm) {
  return ({ target }: FocusEvent<HTMLFormElement>) => {
    const path = target instanceof HTMLElement ? target.dataset.path : undefined
    if (path !== undefined) setTimeout(() => form.validateField(path), clickMs)
  }
}
