// docker/compose.yaml as the test runs it: its own project name, image and free ports.
import { join } from "node:path"
import { freePort } from "../../testing/free-port.ts"
import { run } from "../../testing/process.ts"
import type { Docker } from "./daemon.ts"

const file = join(import.meta.dirname, "../compose.yaml")

export interface Compose {
  /** Runs `docker-compose …`. Throws, with what it printed, when it fails. */
  (...args: string[]): Promise<string>
  /** The container of a service. */
  container(service: string): Promise<string>
  /** Where the host reaches each peer's panel. */
  readonly panels: Record<"peer-a" | "peer-b", string>
}

export async function compose(docker: Docker, image: string): Promise<Compose> {
  const [a, b] = [await freePort(), await freePort()]
  const env = { ...docker.env, TUNDECK_IMAGE: image, PANEL_A: `${a}`, PANEL_B: `${b}` }
  const project = ["--project-name", `tundeck-test-${process.pid}`, "--file", file]
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
