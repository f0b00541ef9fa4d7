import { Button } from "@mantine/core"
import { IconTerminal2 } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useShortcut } from "../lib/shortcuts.ts"
import { type CallScope, showCalls } from "../lib/system-calls.ts"

/** On the page of what the calls are about; the key `c` does the same. */
export function SystemCallsButton({ scope }: { scope: CallScope }) {
  const { t } = useTranslation()
  const show = () => showCalls(scope)
  useShortcut("c", t("systemCalls.shortcut"), show)
  return (
    <Button variant="default" leftSection={<IconTerminal2 size={16} aria-hidden />} onClick={show}>
      {t("systemCalls.open")}
    </Button>
  )
}
