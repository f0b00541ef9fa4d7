import { existsSync, readdirSync, readFileSync } from "node:fs"
import { extname, join, relative, sep } from "node:path"
import type { FastifyInstance } from "fastify"

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
}

const noncePlaceholder = "__CSP_NONCE__"
const notBuilt = "<!doctype html><title>Tundeck</title><p>The page is not built: <code>npm start</code> builds it.</p>"

export interface PageFile {
  /** As in the URL: `/assets/index-abc.js`. */
  path: string
  type: string
  bytes: Buffer
}

/**
 * Every file of a directory, in memory: the panel reads them before it gives its rights away, and serves nothing that was not there
 * then. None when the directory does not exist.
 */
export function readPage(directory: string): PageFile[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name)
      const type = types[extname(entry.name)]
      if (type === undefined) return []
      return [{ path: `/${relative(directory, file).split(sep).join("/")}`, type, bytes: readFileSync(file) }]
    })
}

/** The page for everybody: it holds no data. Its files by exact path, its document for every other path that a person may open. */
export function servePage(app: FastifyInstance, files: PageFile[]): void {
  const config = { access: "public" } as const
  for (const { path, type, bytes } of files) {
    if (path === "/index.html") continue
    // Vite puts a hash of the content into the names below /assets: such a file never changes.
    const lasting = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"
    app.get(path, { config, schema: { hide: true } }, (_request, reply) =>
      reply.type(type).header("cache-control", lasting).send(bytes),
    )
  }
  const document = files.find(({ path }) => path === "/index.html")?.bytes.toString() ?? notBuilt
  app.get("/*", { config, schema: { hide: true } }, (request, reply) => {
    if (isFileLike(request.url)) return reply.callNotFound()
    const html = document.replaceAll(noncePlaceholder, reply.cspNonce.style)
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(html)
  })
  // Below /api nothing is the page's: an unknown route there wants a sign-in first, like any other.
  app.all("/api/*", { schema: { hide: true } }, (_request, reply) => reply.callNotFound())
}

function isFileLike(url: string): boolean {
  const path = url.split("?", 1)[0] ?? ""
  return (path.split("/").at(-1) ?? "").includes(".")
}
