import { Button, Menu } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"

/** What is shown, as a table or as a picture. */
export function SaveMenu({ csv, onPicture }: { csv: string; onPicture: () => void }) {
  const { t } = useTranslation("tunnels")
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={15} aria-hidden />}>
          {t("graphs.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={csv} download>
          {t("graphs.csv")}
        </Menu.Item>
        <Menu.Item onClick={onPicture}>{t("graphs.png")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
