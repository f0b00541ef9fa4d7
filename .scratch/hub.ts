import { connectByVeth } from "../testing/links.ts"
import { createNamespace } from "../testing/namespace.ts"
import { startProduct } from "../testing/product.ts"
import { startSimpletun } from "../testing/peers/simpletun.ts"
const here = await createNamespace("here"), there = await createNamespace("there")
try {
  await connectByVeth(here, there, { v4: ["192.0.2.1/24", "192.0.2.2/24"] })
  await using product = await startProduct({ namespace: here })
  console.log((await product.api("POST", "/interfaces", { name: "hub0", addresses: ["10.77.0.1/24"] })).status)
  console.log((await product.api("POST", "/tunnels", { name: "hub", interface: "hub0", transport: { kind: "tcp", listen: "0.0.0.0:55555" }, security: { kind: "none", peers: [{ name: "first", address: "192.0.2.2", allowedIps: ["10.77.0.2/32"] }] }, autostart: true })).status)
  await new Promise(r => setTimeout(r, 1500))
  const p = await startSimpletun(there, { kind: "tun", addresses: ["10.77.0.2/24"], connect: "192.0.2.1", noDelay: true })
  await new Promise(r => setTimeout(r, 1500))
  console.log("exited", p.exited)
  console.log((await there.exec("ping", ["-c", "2", "-W", "1", "10.77.0.1"], { mayFail: true })).stdout)
  for (const path of ["/tunnels/hub", "/tunnels/hub/peers", "/events?limit=20"]) console.log(path, JSON.stringify((await product.api("GET", path)).body))
  console.log((await here.exec("ss", ["-tanp"])).stdout)
  console.log(product.output().slice(-3000))
} finally { await there.delete(); await here.delete() }
