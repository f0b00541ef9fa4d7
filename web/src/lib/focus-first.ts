interface FormWithNodes {
  getInputNode: (path: string) => HTMLElement | null
}

/** After a refused submit: to the first field of the page that is not right. */
export function focusFirst(form: FormWithNodes) {
  return (errors: Record<string, unknown>) => {
    const [first] = Object.keys(errors)
      .flatMap((path) => form.getInputNode(path) ?? [])
      .toSorted((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))
    // A group of radio buttons cannot be focused itself.
    const field = first?.matches("input, textarea") ? first : first?.querySelector<HTMLElement>("input:enabled")
    const fold = field?.closest("details")
    if (fold) fold.open = true // what is folded away cannot be focused
    field?.focus()
  }
}
