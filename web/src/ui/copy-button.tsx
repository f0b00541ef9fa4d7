import { ActionIcon, CopyButton as Copy, Tooltip } from "@mantine/core"
import { IconCheck, IconCopy } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"

/** Copies `value`. `what` names it for the accessible name: "Copy the setup command". */
export function CopyButton({ value, what, size = "sm" }: { value: string; what: string; size?: "xs" | "sm" | "md" }) {
  const { t } = useTranslation()
  return (
    <Copy value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copy.copied") : t("copy.copyWhat", { what })}>
          <ActionIcon size={size} onClick={copy} aria-label={t("copy.copyWhat", { what })}>
            {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copy>
  )
}
