import { Button, Group, Skeleton, Stack, Tabs, Text } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { lazy, type ReactNode, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { download } from "../../../lib/download.ts"
import { Command } from "../../../ui/command.tsx"
import { Fold } from "../../../ui/fold.tsx"
import classes from "./invites.module.css"

const QrCode = lazy(async () => ({ default: (await import("../../../ui/qr-code.tsx")).QrCode }))

interface InvitationProps {
  /** Of the file, without its ending. */
  name: string
  code: string
  /** null: no app could connect, only another Tundeck. */
  conf: string | null
  /** What is shown first. */
  first: "tundeck" | "conf"
  /** Gives out the same, once, to who can reach this page. */
  link?: string
}

/** What the invited side needs: a code for another Tundeck, a picture and a file for everything else. */
export function Invitation({ name, code, conf, first, link }: InvitationProps) {
  const { t } = useTranslation("tunnels")
  return (
    <Stack gap="md">
      {conf === null ? (
        <ForTundeck code={code} />
      ) : (
        <Tabs defaultValue={first} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="tundeck">{t("invites.form.tundeck")}</Tabs.Tab>
            <Tabs.Tab value="conf">{t("invites.form.conf")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="tundeck">
            <ForTundeck code={code} />
          </Tabs.Panel>
          <Tabs.Panel value="conf">
            <ForApp name={name} conf={conf} />
          </Tabs.Panel>
        </Tabs>
      )}
      {link !== undefined && (
        <Fold title={t("invites.link")} summary={t("invites.linkSummary")}>
          <Text size="sm" mb="sm">
            {t("invites.linkNote")}
          </Text>
          <Command text={link} what={t("invites.theLink")} />
        </Fold>
      )}
    </Stack>
  )
}

function ForTundeck({ code }: { code: string }): ReactNode {
  const { t } = useTranslation("tunnels")
  return (
    <Stack gap="sm">
      <Text size="sm">{t("invites.paste")}</Text>
      <div className={classes.code}>
        <Command text={code} what={t("invites.theCode")} />
      </div>
    </Stack>
  )
}

function ForApp({ name, conf }: { name: string; conf: string }) {
  const { t } = useTranslation("tunnels")
  return (
    <div className={classes.app}>
      <Suspense fallback={<Skeleton height={300} width={300} aria-label={t("invites.drawing")} />}>
        <QrCode text={conf} label={t("invites.picture", { name })} />
      </Suspense>
      <Stack gap="sm" align="start">
        <Text size="sm">{t("invites.scan")}</Text>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => download(`${name}.conf`, conf)}
        >
          {t("invites.save", { file: `${name}.conf` })}
        </Button>
        <Text size="sm" c="dimmed">
          {t("invites.fileNote")}
        </Text>
        <Group w="100%" style={{ display: "block" }}>
          <Fold title={t("invites.text")}>
            <Command text={conf.trimEnd()} what={t("invites.theFile")} />
          </Fold>
        </Group>
      </Stack>
    </div>
  )
}
