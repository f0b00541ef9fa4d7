/** Beside the text that was pasted: how it is called here. What is left empty is taken from the text, or from the name. */
export interface JoinValues {
  text: string
  name: string
  interface: string
  autostart: boolean
}

export const emptyJoin: JoinValues = { text: "", name: "", interface: "", autostart: true }

/** POST /tunnels/accept */
export function acceptBody(values: JoinValues) {
  return { code: values.text.trim(), ...named(values) }
}

/** POST /tunnels/import */
export function importBody(values: JoinValues) {
  return { conf: values.text, ...named(values), name: values.name.trim() }
}

function named({ name, interface: device, autostart }: JoinValues) {
  return {
    ...(name.trim() !== "" && { name: name.trim() }),
    ...(device.trim() !== "" && { interface: device.trim() }),
    autostart,
  }
}

/** Where the panel's paths stand in the form. */
export function joinField(path: string): string {
  return path === "code" || path === "conf" ? "text" : path
}

/** A name for a tunnel from that of its file: "Office VPN.conf" is office-vpn. */
export function nameOfFile(file: string): string {
  return file
    .replace(/\.conf$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 32)
}
