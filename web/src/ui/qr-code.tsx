import { encode } from "uqr"
import classes from "./qr-code.module.css"

/** The quiet zone that readers want around it, in modules. */
const quiet = 4

/** Text as a QR picture, dark on white in both schemes: that is what cameras read best. Load it lazily. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "L", border: 0 })
  const side = size + 2 * quiet
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : [])))
  return (
    <svg className={classes.code} viewBox={`0 0 ${side} ${side}`} role="img" shapeRendering="crispEdges">
      <title>{label}</title>
      <rect width={side} height={side} fill="#fff" />
      <path d={path.join("")} fill="#000" />
    </svg>
  )
}
