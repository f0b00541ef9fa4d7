/** The token of "/setup#token=…" or "/invite#token=…": behind the #, so that no log on the way sees it. */
export function linkToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token")
  return token === null || token === "" ? undefined : token
}
