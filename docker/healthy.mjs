// The image's health check: exit code 0 when the panel answers and has its engine.
const port = (process.env.TUNDECK_LISTEN ?? "").split(":").at(-1) || "8080"
const scheme = process.env.TUNDECK_TLS_CERT ? "https" : "http"
try {
  const answer = await fetch(`${scheme}://127.0.0.1:${port}/api/v1/health`)
  const { status } = await answer.json()
  process.exitCode = status === "ok" ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
