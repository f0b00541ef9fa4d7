import { closeSync, openSync } from "node:fs"
import { namespaceType, setns, unshare } from "@tundeck/native-bindings"

// The thread's own: /proc/self is the main thread's, and only that one ever calls this.
const ownNamespace = "/proc/self/ns/net"

/**
 * Does something in another network namespace, synchronously: sockets and tun fds belong to the namespace of their opener.
 * A failure to come back ends the process: nothing here may go on in the wrong namespace.
 */
export function inNetworkNamespace<T>(namespace: number, act: () => T): T {
  const home = openSync(ownNamespace, "r")
  try {
    setns(namespace, namespaceType.network)
    return act()
  } finally {
    comeHome(home)
  }
}

/** An fd of a new network namespace, which lives as long as an fd or a process does. */
export function createNetworkNamespace(): number {
  const home = openSync(ownNamespace, "r")
  try {
    unshare(namespaceType.network)
    return openSync(ownNamespace, "r")
  } finally {
    comeHome(home)
  }
}

function comeHome(home: number): void {
  try {
    setns(home, namespaceType.network)
  } catch (error) {
    console.error("tundeck: cannot return to its network namespace", error)
    process.exit(1)
  }
  closeSync(home)
}
