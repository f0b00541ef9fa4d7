/** "10.1.0.0/16, 10.2.0.0/16" as it is typed, to a list: commas, blanks and new lines all separate. */
export function networkList(text: string): string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== "")
}

export const networkText = (networks: readonly string[] | undefined): string => networks?.join(", ") ?? ""
