import { wireguardKey } from "@tundeck/shared"
import { Command } from "commander"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"
import { printJson } from "../output.ts"
import { readKeyFile } from "../tunnel/key-file.ts"

/** WireGuard keys, made here: no server is asked. As `wg genkey`, `wg pubkey` and `wg genpsk` print them. */
export function keyCommand(): Command {
  return new Command("key")
    .description("WireGuard keys; nothing is asked of a server, and nothing is kept")
    .addCommand(generate())
    .addCommand(publicKey())
    .addCommand(presharedKey())
}

interface Options {
  json?: boolean
}

const localCommand = (name: string) => new Command(name).option("--json", "print JSON")

function generate(): Command {
  return localCommand("generate")
    .description("a new private key, alone on a line; with --json the public key, too")
    .action(({ json }: Options) => {
      const made = newPrivateKey()
      if (json) printJson({ privateKey: made, publicKey: publicKeyOf(made) })
      else console.log(made)
    })
}

function publicKey(): Command {
  return localCommand("public")
    .argument("[file]", "with the private key; standard input when left out", readKeyFile)
    .description("the public key to a private key")
    .action((given: string | undefined, { json }: Options) => {
      const parsed = wireguardKey.safeParse(given ?? readKeyFile("-"))
      if (!parsed.success) throw new Error(parsed.error.issues[0]?.message)
      const key = publicKeyOf(parsed.data)
      if (json) printJson({ publicKey: key })
      else console.log(key)
    })
}

function presharedKey(): Command {
  return localCommand("preshared")
    .description("a new preshared key")
    .action(({ json }: Options) => {
      const made = newPresharedKey()
      if (json) printJson({ presharedKey: made })
      else console.log(made)
    })
}
