import { expect, it } from "vitest"
import type { z } from "zod"
import { routes } from "../api/routes.ts"
import { packetWish } from "../compose/packet-wish.ts"
import { fieldErrors, plainWords } from "./field-errors.ts"
import { interfaceCreate } from "./interface.ts"
import { tunnelCreate } from "./tunnel.ts"

function wrong(schema: z.ZodType, value: unknown): [string, string][] {
  const { error } = schema.safeParse(value, { error: plainWords })
  return error === undefined ? [] : fieldErrors(error).map(({ path, message }) => [path, message])
}

const tunnel = {
  name: "lab",
  interface: "tun7",
  transport: { kind: "tcp", connect: "10.0.0.2:55555" },
  security: { kind: "none" },
}

it.each<[string, z.ZodType, unknown, [string, string][]]>([
  ["a body that is a list", interfaceCreate, [1], [["", "This must be an object."]]],
  ["a number in quotes", interfaceCreate, { up: "yes" }, [["up", "This must be true or false."]]],
  ["a text for a list", interfaceCreate, { addresses: "10.0.0.1/24" }, [["addresses", "This must be a list."]]],
  ["a word that is none of them", interfaceCreate, { kind: "wg" }, [["kind", 'Write "tun" or "tap".']]],
  [
    "a transport that is none",
    tunnelCreate,
    { ...tunnel, transport: { kind: "sctp" } },
    [["transport.kind", 'Write "tcp" or "udp" or "icmp" or "responder".']],
  ],
  [
    "a share above all",
    tunnelCreate,
    { ...tunnel, faults: { outbound: { lossPercent: 101 } } },
    [["faults.outbound.lossPercent", "From 0 to 100 percent."]],
  ],
  [
    "a peer's fault among others",
    tunnelCreate,
    {
      ...tunnel,
      transport: { kind: "udp", listen: "0.0.0.0:5" },
      security: {
        kind: "none",
        peers: [
          { name: "a", address: "10.0.0.2" },
          { name: "b", address: "10.0.0.2" },
        ],
      },
    },
    [["security.peers.1.address", "Another peer has the address 10.0.0.2."]],
  ],
  ["a field that is missing", tunnelCreate, { ...tunnel, name: undefined }, [["name", "This field is needed."]]],
  ["a field of another route", interfaceCreate, { nmae: "x" }, [["nmae", "There is no such field here."]]],
  [
    "one of several kinds",
    packetWish,
    { kind: "sctp" },
    [["kind", 'Write "echo" or "udp" or "tcp-syn" or "arp" or "raw".']],
  ],
  ["a number below", routes.listEvents.query, { limit: "0" }, [["limit", "At least 1."]]],
  ["a number above", routes.listEvents.query, { limit: "1001" }, [["limit", "At most 1000."]]],
  ["no number", routes.listEvents.query, { before: "x" }, [["before", "This must be a number."]]],
  ["too many", interfaceCreate, { addresses: Array(257).fill("10.0.0.1/24") }, [["addresses", "At most 256 entries."]]],
  ["a long text", routes.createToken.body, { name: "x".repeat(65) }, [["name", "At most 64 characters."]]],
  ["words of the schema's own", interfaceCreate, { mtu: 1.5 }, [["mtu", "A whole number of bytes."]]],
])("%s is told at its field, in plain words", (_what, schema, value, told) => {
  expect(wrong(schema, value)).toEqual(told)
})
