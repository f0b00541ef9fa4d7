import { envelopeBytes } from "../tundeck/envelope.ts"

/** Behind each packet: padding, and the tag. */
export const tailroom = 32
/** What stands before a message in a stream: its length. */
export const lengthSize = 4
const messageHeader = 16
/** Before each packet: padding and tag of the one before it, then this one's length, header and envelope. */
export const headroom = tailroom + lengthSize + messageHeader + envelopeBytes
