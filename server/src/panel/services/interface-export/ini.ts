export type IniValue = string | number | boolean | null | undefined
export type IniSection = readonly [name: string, entries: readonly (readonly [key: string, value: IniValue])[]]

/** Sections of `key=value` lines; entries without a value are left out, and so are sections without entries. */
export function iniText(sections: readonly IniSection[], truth: readonly [string, string]): string {
  const blocks = sections.flatMap(([name, entries]) => {
    const lines = entries.flatMap(([key, value]) => {
      if (value === null || value === undefined) return []
      return [`${key}=${typeof value === "boolean" ? truth[value ? 0 : 1] : value}`]
    })
    return lines.length === 0 ? [] : [[`[${name}]`, ...lines].join("\n")]
  })
  return `${blocks.join("\n\n")}\n`
}
