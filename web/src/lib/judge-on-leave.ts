let isPressed = false
const press = (event: Event) => {
  isPressed = event.type === "pointerdown"
}
for (const type of ["pointerdown", "pointerup", "pointercancel"]) window.addEventListener(type, press, true)

/**
 * Calls back when the click that took the focus away is over. A message that appears between its press and its release moves what is
 * below under the pointer, and the click is lost.
 */
function afterClick(act: () => void): void {
  const soon = () => setTimeout(act)
  if (!isPressed) soon()
  else window.addEventListener("pointerup", soon, { once: true })
}

interface Judged {
  field: string
  form: { validateField: (path: string) => unknown }
}

/** For `useForm({ enhanceGetInputProps })`: a field is judged when it is left. */
export function judgeOnLeave({ field, form }: Judged) {
  return { onBlur: () => afterClick(() => void form.validateField(field)) }
}
