import { Button, Menu } from "@mantine/core"
import { IconColumns3 } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { alwaysShown, type ColumnName, columnNames } from "./columns.ts"

interface ColumnsMenuProps {
  columns: readonly ColumnName[]
  onColumns: (names: readonly string[]) => void
}

export function ColumnsMenu({ columns, onColumns }: ColumnsMenuProps) {
  const { t } = useTranslation("packets")
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconColumns3 size={15} aria-hidden />}>
          {t("columns")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columnNames
          .filter((name) => name !== alwaysShown)
          .map((name) => (
            <Menu.CheckboxItem
              key={name}
              checked={columns.includes(name)}
              onChange={(isShown) =>
                onColumns(isShown ? [...columns, name] : columns.filter((other) => other !== name))
              }
            >
              {t(`column.${name}`)}
            </Menu.CheckboxItem>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
