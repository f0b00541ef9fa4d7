import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation } from "@tanstack/react-query"
import { type ClearPeer, clearPeer, Problem, routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { peerBody } from "../form/body.ts"
import { inForm } from "../form/errors.ts"
import { type PeerValues, peerValues } from "../form/values.ts"
import { useRememberPeers } from "./use-peer-changes.ts"

interface PeerDialogProps {
  tunnel: TunnelView
  kind: "tun" | "tap"
  /** Changes this one; without it, or with values to begin with, adds one. */
  peer?: ClearPeer | undefined
  proposed: PeerValues
  onClose: () => void
}

const fieldOf = (path: string) => (path.startsWith("allowedIps") ? "allowed" : path)

/** Adds a peer to a hub, or changes one. */
export function PeerDialog({ tunnel: { id }, kind, peer, proposed, onClose }: PeerDialogProps) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const remember = useRememberPeers()
  const form = useForm<PeerValues>({
    initialValues: peer ? peerValues(peer) : proposed,
    validate: (values) => inForm(schemaErrors(clearPeer, peerBody(values)), fieldOf),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
  const save = useMutation({
    mutationFn: (values: PeerValues) => {
      const body = peerBody(values)
      if (peer === undefined) return call(routes.addPeer, { params: { id }, body })
      const patch = { ...body, allowedIps: body.allowedIps ?? null }
      return call(routes.changePeer, { params: { id, peer: peer.name }, body: patch })
    },
    onSuccess: (tunnel) => {
      remember(tunnel)
      onClose()
    },
    onError: (error) => {
      const errors = inForm(problemErrors(error), fieldOf)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  const title = peer ? t("peers.edit", { name: peer.name }) : t("peers.add")
  const text = { autoComplete: "off", spellCheck: false } as const
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": common("confirm.close") }}>
      <form noValidate aria-label={title} onSubmit={form.onSubmit((values) => save.mutate(values), focusFirst(form))}>
        <Stack gap="md">
          <TextInput
            label={t("peers.name")}
            description={t("peers.nameNote")}
            data-autofocus
            {...text}
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("peers.address")}
            description={t("peers.addressNote")}
            placeholder="192.168.1.7"
            {...text}
            {...form.getInputProps("address")}
          />
          <TextInput
            label={t("peers.allowed")}
            description={t(kind === "tun" ? "peers.allowedNoteTun" : "peers.allowedNoteTap")}
            {...text}
            {...form.getInputProps("allowed")}
          />
          {save.error !== null && (
            <ProblemNotice error={save.error} shownFields={(path) => form.errors[fieldOf(path)] !== undefined} />
          )}
          {save.error instanceof Problem && save.error.code === "public-peer-refused" && (
            <Text size="sm">{t("peers.allowPublic")}</Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("peers.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {peer ? t("peers.save") : t("peers.add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
