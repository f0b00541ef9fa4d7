/** The token of "/setup#token=…": behind the #, so that no log on the way sees it. */
export function setupToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token")
  return token === null || token === "" ? undefined : token
}
