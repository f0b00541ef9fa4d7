#!/usr/bin/env node
// `tundeck wireguard`, under a name that WG_QUICK_USERSPACE_IMPLEMENTATION can have: it is called with the interface alone.
process.argv.splice(2, 0, "wireguard")
await import("./tundeck.mjs")
