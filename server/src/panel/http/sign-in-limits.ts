import { Problem } from "@tundeck/shared"
import type { FastifyInstance, FastifyRequest } from "fastify"
import "@fastify/rate-limit"

const perSource = { max: 20, timeWindow: 60_000 }
const perAccount = { max: 10, timeWindow: 60_000 }

/** At most so many tries a minute from one address, and for one account from anywhere; whether the account exists makes no difference (R6). */
export function limitSignIns(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const bySource = app.createRateLimit({ ...perSource, keyGenerator: (request) => `source ${request.ip}` })
  const byAccount = app.createRateLimit({ ...perAccount, keyGenerator: (request) => `account ${usernameOf(request)}` })
  return (request) => refuseWhenExceeded([bySource, byAccount], request)
}

/** At most so many tokens of invites a minute from one address. */
export function limitInviteClaims(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const bySource = app.createRateLimit({ ...perSource, keyGenerator: (request) => `invite ${request.ip}` })
  return (request) => refuseWhenExceeded([bySource], request)
}

async function refuseWhenExceeded(
  checks: ReturnType<FastifyInstance["createRateLimit"]>[],
  request: FastifyRequest,
): Promise<void> {
  for (const check of checks) {
    const limit = await check(request)
    if (!limit.isAllowed && limit.isExceeded) {
      throw new Problem("rate-limited", `Try again in ${limit.ttlInSeconds} seconds.`)
    }
  }
}

function usernameOf({ body }: FastifyRequest): string {
  return typeof body === "object" && body !== null && "username" in body ? String(body.username) : ""
}
