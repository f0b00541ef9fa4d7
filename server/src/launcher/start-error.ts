/** Why Tundeck cannot start here and what to do, in words for the person at the terminal: printed without a stack. */
export class StartError extends Error {
  override readonly name = "StartError"
}
