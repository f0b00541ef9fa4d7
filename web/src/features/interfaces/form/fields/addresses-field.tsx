import { ActionIcon, Button, Input, TextInput } from "@mantine/core"
import { IconPlus, IconX } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { kernelWords } from "../../../../ui/kernel-label.tsx"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"

export function AddressesField({ form }: { form: InterfaceForm }) {
  const { t } = useTranslation("interfaces")
  return (
    <Input.Wrapper
      labelElement="div"
      {...kernelWords(t("form.addresses.label"), t("form.addresses.kernel"), t("form.addresses.description"))}
    >
      <div className={classes.list} style={{ marginTop: 6 }}>
        {form.values.addresses.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an address has no name but its place
          <div key={index} className={classes.row}>
            <TextInput
              aria-label={t("form.addresses.item", { number: index + 1 })}
              placeholder={t("form.addresses.placeholder")}
              autoComplete="off"
              spellCheck={false}
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
              {...form.getInputProps(`addresses.${index}`)}
            />
            <ActionIcon
              size={36}
              aria-label={t("form.addresses.remove", { number: index + 1 })}
              onClick={() => form.removeListItem("addresses", index)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem("addresses", "")}
          >
            {t("form.addresses.add")}
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  )
}
