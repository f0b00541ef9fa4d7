import type { InterfaceView, ProblemDocument } from "@tundeck/shared"
import { expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { type Product, startProduct } from "../../../../testing/product.ts"
import { until } from "../../../../testing/wait.ts"

// What the engine cannot do as an ordinary user, the launcher does for it as root.

/** Whatever starts in it has a /dev/net/tun that only root may open, as machines without udev have. */
function withRootsDevice(namespace: Namespace): Namespace {
  const script = 'mount -t tmpfs tmpfs /dev/net && mknod -m 600 /dev/net/tun c 10 200 && exec "$@"'
  const wrapped = (command: string, args: readonly string[]) => ["-m", "sh", "-c", script, "sh", command, ...args]
  return {
    ...namespace,
    spawn: (command, args = [], options) => namespace.spawn("unshare", wrapped(command, args), options),
  }
}

const holdersOf = async (product: Product, name: string) =>
  (await product.api<InterfaceView>("GET", `/interfaces/${name}`)).body.holders

it("where only root may open the device, interfaces are created all the same", async () => {
  await using namespace = await createNamespace("broker")
  await using product = await startProduct({ namespace: withRootsDevice(namespace) })
  const { status } = await product.api("POST", "/interfaces", { name: "tun0", addresses: ["10.0.0.1/24"] })
  expect(status).toBe(201)
  expect(await namespace.ip("address", "show", "tun0")).toMatchObject([
    { addr_info: expect.arrayContaining([expect.objectContaining({ local: "10.0.0.1" })]) },
  ])
})

it("a process of root that holds an interface is named", async () => {
  await using namespace = await createNamespace("broker")
  await using product = await startProduct({ namespace })
  await product.api("POST", "/interfaces", { name: "tun7" })
  const script =
    `process.title = "openvpn"; import { openTun, tunSetInterface } from "@tundeck/native-bindings"; const fd = openTun();` +
    `tunSetInterface(fd, { name: "tun7", kind: "tun", packetInfo: false, vnetHeader: false, multiQueue: false });` +
    `setInterval(() => {}, 1000)`
  const holder = namespace.spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: import.meta.dirname })
  await until(async () => (await holdersOf(product, "tun7")).length > 0, { what: "the holder to be seen" })
  expect(await holdersOf(product, "tun7")).toEqual([{ pid: holder.pid, command: "openvpn" }])
  const refused = await product.api<ProblemDocument>("PATCH", "/interfaces/tun7", { owner: "daemon" })
  expect(refused).toMatchObject({
    status: 409,
    body: { code: "interface-held", detail: expect.stringContaining(`tun7 is held by openvpn (pid ${holder.pid}).`) },
  })
})
