import classes from "./command.module.css"
import { CopyButton } from "./copy-button.tsx"

/** Text to be used elsewhere, such as shell commands or a file, with a button that copies it. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className={classes.block}>
      <pre className={classes.text}>{text}</pre>
      <div className={classes.copy}>
        <CopyButton value={text} what={what} />
      </div>
    </div>
  )
}
