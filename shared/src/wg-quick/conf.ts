/** A file of wg-quick(8), without what only its shell script can do. */
export interface WgQuickConf {
  privateKey: string | null
  /** address/length */
  addresses: string[]
  /** Addresses of name servers, and search domains. */
  dns: string[]
  mtu: number | null
  /** auto: a route to each allowed network; off: none. */
  table: "auto" | "off"
  listenPort: number | null
  firewallMark: number | null
  peers: WgQuickPeer[]
}

export interface WgQuickPeer {
  /** From a comment `# Name = north`, as many programs write it. */
  name: string | null
  publicKey: string
  presharedKey: string | null
  allowedIps: string[]
  endpoint: string | null
  keepaliveSeconds: number
}

/** What is wrong with a line, or worth saying of it. No value of the file is repeated: it may be a secret. */
export interface WgQuickRemark {
  /** From 1. */
  line: number
  message: string
}

export const longestWgQuickText = 262_144
