import { z } from "zod"
import { keepCaptureBody, savedCapture, savedCaptures } from "../model/saved-capture.ts"
import { defineRoute } from "./route.ts"
import { identified } from "./tunnel-routes.ts"

const saved = z.strictObject({ id: z.string().min(1).max(64).describe("The saved capture's id") })

/** The part of `routes` that is about captures on this host's disk. */
export const captureRoutes = {
  listCaptures: defineRoute({
    method: "GET",
    path: "/captures",
    access: "viewer",
    tag: "captures",
    summary: "Captures that were saved on this host, the newest first",
    description:
      "By hand, or by themselves at the events of `capture.saveOn`. All files together have a bound (`mostBytes`): the oldest go when a new one needs their room. They go with their tunnel, too.",
    query: z.strictObject({
      tunnel: z.string().min(1).max(64).optional().describe("Of this tunnel only: its id or name"),
    }),
    answer: savedCaptures,
    problems: ["tunnel-not-found"],
  }),
  keepCapture: defineRoute({
    method: "POST",
    path: "/tunnels/:id/captures",
    access: "admin",
    tag: "captures",
    summary: "Save what the tunnel carried in the last seconds, on this host",
    description: "The same file as `capture.pcapng` gives, to be fetched later. One is saved after the other.",
    params: identified,
    body: keepCaptureBody,
    answer: savedCapture,
    status: 201,
    problems: [
      "tunnel-not-found",
      "tunnel-not-running",
      "capture-off",
      "filter-invalid",
      "rate-limited",
      "engine-unavailable",
    ],
  }),
  downloadCapture: defineRoute({
    method: "GET",
    path: "/captures/:id/capture.pcapng",
    access: "admin",
    tag: "captures",
    summary: "The file of a saved capture",
    description: "It has the packets themselves, so it is for admins, and each download is in the audit.",
    params: saved,
    stream: "application/x-pcapng",
    answer: z.string().describe("The file"),
    problems: ["capture-not-found", "store-full"],
  }),
  deleteCapture: defineRoute({
    method: "DELETE",
    path: "/captures/:id",
    access: "admin",
    tag: "captures",
    summary: "Delete a saved capture",
    params: saved,
    answer: null,
    problems: ["capture-not-found"],
  }),
} as const
