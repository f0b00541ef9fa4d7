export const keys = {
  title: "Key of this tunnel",
  note: "Peers know it by its public key. The private key stays on this host and is never shown.",
  publicKey: "the public key",
  rotate: {
    title: "Rotate the key",
    ask: "Give {{name}} a new key?",
    stays: "No connection ends. The key before stays good until you retire it.",
    peers: "On each other side the public key of this tunnel must be replaced by the new one, which then stands here.",
    finally: "When all have it, retire the one before: whoever still uses that is not answered any more.",
    why: "Rotate when somebody may have read the private key, such as from a lost disk or an old copy.",
  },
  previous: {
    title: "The key before is still good",
    text: "Give the other sides the new public key above. Those that this host calls need it first: it proves itself by the new key. When all have it, retire the one before.",
    retire: "Retire the old key",
    ask: "Whoever still knows this tunnel by its old key is not answered any more, until the new public key is entered there. This cannot be taken back.",
  },
  export: {
    button: "Export",
    title: "{{name}} for wg-quick",
    note: "Private and preshared keys do not leave this host: comments say where they belong.",
    reading: "Reading the file …",
    file: "the file {{file}}",
    save: "Save {{file}}",
  },
} as const
