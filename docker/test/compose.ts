// docker/compose.yaml as the test runs it: its own project name, image and free ports.
import { join } from "node:path"
import { freePort } from "../../testing/free-port.ts"
import { run, signalQuietly } from "../../testing/process.ts"
import type { Docker } from "./daemon.ts"

const file = join(import.meta.dirname, "../compose.yaml")
const projectPrefix = "tundeck-test-"

export interface Compose {
  /** Runs `docker-compose …`. Throws, with what it printed, when it fails. */
  (...args: string[]): Promise<string>
  /** The container of a service. */
  container(service: string): Promise<string>
  /** Where the host reaches each peer's panel. */
  readonly panels: Record<"peer-a" | "peer-b", string>
}

export async function compose(docker: Docker, image: string): Promise<Compose> {
  await removeLeftProjects(docker)
  const [a, b] = [await freePort(), await freePort()]
  const env = { ...docker.env, TUNDECK_IMAGE: image, PANEL_A: `${a}`, PANEL_B: `${b}` }
  const project = ["--project-name", `${projectPrefix}${process.pid}`, "--file", file]
  const command = async (...args: string[]) =>
    (await run("docker-compose", [...project, ...args], { env, timeoutMs: 180_000 })).stdout.trim()
  return Object.assign(command, {
    container: (service: string) => command("ps", "--quiet", service),
    panels: { "peer-a": `http://127.0.0.1:${a}`, "peer-b": `http://127.0.0.1:${b}` },
  })
}

/** The file as a user runs it, without any variable set. */
export async function composeDefaults(docker: Docker): Promise<string> {
  return (await run("docker-compose", ["--file", file, "config"], { env: docker.env })).stdout
}

/** The projects of killed test runs, where they ran on the machine's own daemon: two networks cannot have one range. */
async function removeLeftProjects(docker: Docker): Promise<void> {
  const names = (await docker("network", "ls", "--format", "{{.Name}}")).split("\n")
  for (const name of names) {
    const owner = new RegExp(`^${projectPrefix}(\\d+)_`).exec(name)?.[1]
    if (owner === undefined || signalQuietly(Number(owner), 0)) continue
    const down = ["--project-name", `${projectPrefix}${owner}`, "--file", file, "down", "--volumes"]
    await run("docker-compose", down, { env: docker.env })
  }
}
