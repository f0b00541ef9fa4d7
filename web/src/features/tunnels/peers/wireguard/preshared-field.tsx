import { Button, Group, Input, Stack, Text, TextInput } from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import { useTranslation } from "react-i18next"
import { CopyButton } from "../../../../ui/copy-button.tsx"
import { type KeyedPeerValues, newPresharedKey } from "./values.ts"

interface PresharedFieldProps {
  form: UseFormReturnType<KeyedPeerValues>
  /** The saved peer has one; which one is never shown. */
  hasOne: boolean
}

/** The second secret of a peer: as it is, another one, or none. */
export function PresharedField({ form, hasOne }: PresharedFieldProps) {
  const { t } = useTranslation("tunnels")
  const { preshared, presharedKey } = form.values
  const make = () => form.setValues({ preshared: "set", presharedKey: newPresharedKey() })
  const leave = () => form.setValues({ preshared: hasOne ? "keep" : "none", presharedKey: "" })
  if (preshared === "set") {
    return (
      <Stack gap={6}>
        <TextInput
          label={t("keyed.preshared")}
          description={t("keyed.presharedSetNote")}
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          rightSection={<CopyButton size="sm" value={presharedKey} what={t("keyed.preshared")} />}
          {...form.getInputProps("presharedKey")}
        />
        <Group>
          <Button size="compact-xs" variant="subtle" onClick={leave}>
            {t(hasOne ? "keyed.presharedKeep" : "keyed.presharedNone")}
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <Input.Wrapper labelElement="div" label={t("keyed.preshared")} description={t("keyed.presharedNote")}>
      <Group gap="sm" mt={6}>
        <Text size="sm">
          {preshared === "keep" ? t("keyed.presharedIs") : t(hasOne ? "keyed.presharedGoes" : "keyed.presharedIsNot")}
        </Text>
        <Button size="compact-xs" variant="default" onClick={make}>
          {t(preshared === "keep" ? "keyed.presharedReplace" : "keyed.presharedMake")}
        </Button>
        {preshared === "keep" && (
          <Button size="compact-xs" variant="default" onClick={() => form.setValues({ preshared: "none" })}>
            {t("keyed.presharedRemove")}
          </Button>
        )}
        {preshared === "none" && hasOne && (
          <Button size="compact-xs" variant="subtle" onClick={leave}>
            {t("keyed.presharedKeep")}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  )
}
