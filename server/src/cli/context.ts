import { readFileSync } from "node:fs"
import { Command, InvalidArgumentError } from "commander"
import { type Call, createClient, type Server } from "./client.ts"

/** The options that every command takes. */
export interface GlobalOptions {
  json?: boolean
  url?: string
  tokenFile?: string
}

export interface Context {
  json: boolean
  server: Server
  call: Call
}

const defaultUrl = "http://127.0.0.1:8080"

/** Whoever names a server or has a token means the API, and no other way. */
export function namesServer(options: GlobalOptions): boolean {
  const { TUNDECK_URL, TUNDECK_TOKEN } = process.env
  return options.url !== undefined || options.tokenFile !== undefined || Boolean(TUNDECK_URL || TUNDECK_TOKEN)
}

/** A secret is never an argument: everybody on the machine may read those. */
export function contextOf(options: GlobalOptions): Context {
  const url = options.url ?? urlOfEnvironment()
  const server = { url, token: readToken(options.tokenFile) }
  return { json: options.json === true, server, call: createClient(server) }
}

function urlOfEnvironment(): string {
  const text = process.env.TUNDECK_URL || defaultUrl
  if (isHttpUrl(text)) return text
  throw new Error(`TUNDECK_URL is ${JSON.stringify(text)}: write the address as ${defaultUrl}.`)
}

function readToken(file: string | undefined): string | null {
  if (file === undefined) return process.env.TUNDECK_TOKEN?.trim() || null
  try {
    return readFileSync(file, "utf8").trim()
  } catch (error) {
    throw new Error(`The token file cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A command with the options that all share. */
export function newCommand(name: string): Command {
  return new Command(name)
    .option("--json", "print JSON")
    .option("--url <url>", `where the panel is; else TUNDECK_URL, else ${defaultUrl}`, httpUrl)
    .option("--token-file <file>", "a file with an API token; without it TUNDECK_TOKEN is used")
}

function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text
  throw new InvalidArgumentError(`Write the address as ${defaultUrl}.`)
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** For an option that is a whole number of at least `least`. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least) throw new InvalidArgumentError(`A whole number of at least ${least}.`)
    return value
  }
}

/** For an option that may have decimals. */
export function number(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("A number, such as 3 or 0.5.")
  return Number(text)
}

/** For an option that may be given many times. */
export function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** The same, each parsed. */
export function collectParsed<T>(parse: (text: string) => T): (text: string, before: T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), parse(text)]
}
