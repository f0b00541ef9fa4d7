/** Scrolls `pane`, and nothing around it, by as little as shows `element`. */
export function keepInSight(pane: HTMLElement, element: HTMLElement): void {
  const outer = pane.getBoundingClientRect()
  const inner = element.getBoundingClientRect()
  if (inner.top < outer.top) pane.scrollTop += inner.top - outer.top
  else if (inner.bottom > outer.bottom) pane.scrollTop += inner.bottom - outer.bottom
}
