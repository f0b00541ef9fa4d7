/** The nonce that the panel wrote into this page: the CSP lets in only <style> elements that carry it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ""
}

/** react-remove-scroll, inside Mantine's dialogs, reads its nonce from this name. */
export function setUpStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() })
}
