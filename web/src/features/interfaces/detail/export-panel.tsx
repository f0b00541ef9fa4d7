import { Button, NativeSelect, Skeleton, Stack } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { download } from "../../../lib/download.ts"
import { Command } from "../../../ui/command.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"

const formats = ["ip", "tunctl", "networkd", "networkmanager"] as const
type Format = (typeof formats)[number]

/** The interface in another tool's words, to copy or to keep as a file. */
export function ExportPanel({ name }: { name: string }) {
  const { t } = useTranslation("interfaces")
  const [format, setFormat] = useState<Format>("ip")
  const { data, error, refetch } = useQuery({
    queryKey: ["interfaces", name, "export", format],
    queryFn: ({ signal }) => call(routes.exportInterface, { params: { name }, query: { format }, signal }),
  })
  return (
    <Section title={t("detail.export.title")} note={t("detail.export.note")}>
      <Stack gap="sm">
        <NativeSelect
          size="xs"
          aria-label={t("detail.export.format")}
          value={format}
          onChange={({ currentTarget: { value } }) => setFormat(formats.find((each) => each === value) ?? "ip")}
          data={formats.map((value) => ({ value, label: t(`detail.export.formats.${value}`) }))}
        />
        {error && !data && <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={96} aria-label={t("detail.export.reading")} />}
        {data?.files.map((file) => (
          <div key={file.name}>
            <div style={{ display: "flex", justifyContent: "space-between", alignItems: "center", marginBottom: 4 }}>
              <Mono>{file.name}</Mono>
              <Button
                size="compact-xs"
                variant="subtle"
                leftSection={<IconDownload size={14} aria-hidden />}
                aria-label={t("detail.export.download", { file: file.name })}
                onClick={() => download(file.name, file.text)}
              >
                {t("detail.export.save")}
              </Button>
            </div>
            <Command text={file.text.trimEnd()} what={t("detail.export.file", { file: file.name })} />
          </div>
        ))}
      </Stack>
    </Section>
  )
}
