/** The host that this page was loaded from, unless that is this machine itself. */
export function pageHost(): string | undefined {
  const host = location.hostname.replace(/^\[|\]$/g, "")
  return /^(localhost|127\..*|::1)$/.test(host) ? undefined : host
}
