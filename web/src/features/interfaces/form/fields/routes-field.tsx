import { ActionIcon, Button, Input, NumberInput, TextInput } from "@mantine/core"
import { IconPlus, IconX } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { kernelWords } from "../../../../ui/kernel-label.tsx"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"

const mono = { input: { fontFamily: "var(--mantine-font-family-monospace)" } }

export function RoutesField({ form }: { form: InterfaceForm }) {
  const { t } = useTranslation("interfaces")
  return (
    <Input.Wrapper
      labelElement="div"
      {...kernelWords(t("form.routes.label"), t("form.routes.kernel"), t("form.routes.description"))}
    >
      <div className={classes.list} style={{ marginTop: 6 }}>
        {form.values.routes.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a route has no name but its place
          <div key={index} className={classes.route}>
            <TextInput
              aria-label={t("form.routes.destination", { number: index + 1 })}
              placeholder={t("form.routes.placeholder")}
              autoComplete="off"
              spellCheck={false}
              styles={mono}
              {...form.getInputProps(`routes.${index}.destination`)}
            />
            <TextInput
              aria-label={t("form.routes.gateway", { number: index + 1 })}
              placeholder={t("form.routes.gatewayPlaceholder")}
              autoComplete="off"
              spellCheck={false}
              styles={mono}
              {...form.getInputProps(`routes.${index}.gateway`)}
            />
            <NumberInput
              aria-label={t("form.routes.metric", { number: index + 1 })}
              placeholder={t("form.routes.metricPlaceholder")}
              allowDecimal={false}
              allowNegative={false}
              hideControls
              {...form.getInputProps(`routes.${index}.metric`)}
            />
            <ActionIcon
              size={36}
              aria-label={t("form.routes.remove", { number: index + 1 })}
              onClick={() => form.removeListItem("routes", index)}
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
            onClick={() => form.insertListItem("routes", { destination: "", gateway: "", metric: "" })}
          >
            {t("form.routes.add")}
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  )
}
