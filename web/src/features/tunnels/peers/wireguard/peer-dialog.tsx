import { Button, Group, Modal, NumberInput, Stack, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation } from "@tanstack/react-query"
import {
  type MovedNetwork,
  routes,
  type TunnelView,
  type WireguardPeerView,
  wireguardKey,
  wireguardPeerCreate,
} from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../../lib/focus-first.ts"
import { judgeOnLeave } from "../../../../lib/judge-on-leave.ts"
import { Fold } from "../../../../ui/fold.tsx"
import { KeyMark } from "../../../../ui/keys/key-mark.tsx"
import { ProblemNotice } from "../../../../ui/problem-notice.tsx"
import { inForm } from "../../form/errors.ts"
import { useRememberPeers } from "../use-peer-changes.ts"
import { PresharedField } from "./preshared-field.tsx"
import { emptyPeer, type KeyedPeerValues, keyedPeerValues, peerCreateBody, peerPatchBody } from "./values.ts"

interface KeyedPeerDialogProps {
  tunnel: TunnelView
  /** Changes this one; without it, adds one. */
  peer?: WireguardPeerView | undefined
  /** Proposed for a new one. */
  networks: string
  onClose: () => void
  onMoved: (moved: readonly MovedNetwork[]) => void
}

const fields: Record<string, string> = { expiresAt: "expires" }
const fieldOf = (path: string) => (path.startsWith("allowedIps") ? "allowed" : (fields[path] ?? path))
const text = { autoComplete: "off", spellCheck: false } as const
const mono = { ...text, styles: { input: { fontFamily: "var(--mantine-font-family-monospace)" } } } as const

/** Adds a peer by its public key, or changes one. */
export function KeyedPeerDialog({ tunnel: { id }, peer, networks, onClose, onMoved }: KeyedPeerDialogProps) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const remember = useRememberPeers()
  const form = useForm<KeyedPeerValues>({
    initialValues: peer ? keyedPeerValues(peer) : emptyPeer(networks),
    validate: (values) => inForm(schemaErrors(wireguardPeerCreate, peerCreateBody(values)), fieldOf),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
  const save = useMutation({
    mutationFn: (values: KeyedPeerValues) =>
      peer === undefined
        ? call(routes.addPeer, { params: { id }, body: peerCreateBody(values) })
        : call(routes.changePeer, { params: { id, peer: peer.name }, body: peerPatchBody(values, peer) }),
    onSuccess: (tunnel) => {
      remember(tunnel)
      onMoved(tunnel.moved ?? [])
      onClose()
    },
    onError: (error) => {
      const errors = inForm(problemErrors(error), fieldOf)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  const title = peer ? t("peers.edit", { name: peer.name }) : t("keyed.addTitle")
  const publicKey = wireguardKey.safeParse(form.values.publicKey.trim()).data
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      // A slip beside the dialog shall not lose a secret that was just made.
      closeOnClickOutside={form.values.preshared !== "set"}
      closeButtonProps={{ "aria-label": common("confirm.close") }}
    >
      <form noValidate aria-label={title} onSubmit={form.onSubmit((values) => save.mutate(values), focusFirst(form))}>
        <Stack gap="md">
          <TextInput
            label={t("keyed.publicKey")}
            description={t("keyed.publicKeyNote")}
            data-autofocus={peer === undefined || undefined}
            {...mono}
            {...form.getInputProps("publicKey")}
          />
          {publicKey !== undefined && <KeyMark publicKey={publicKey} />}
          <TextInput
            label={t("peers.name")}
            description={t(peer ? "peers.nameNote" : "keyed.nameNote")}
            data-autofocus={peer !== undefined || undefined}
            {...text}
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("peers.allowed")}
            description={t("keyed.allowedNote")}
            {...mono}
            {...form.getInputProps("allowed")}
          />
          <TextInput
            label={t("keyed.endpoint")}
            description={t("keyed.endpointNote")}
            placeholder="peer.example.org:51820"
            {...mono}
            {...form.getInputProps("endpoint")}
          />
          <Fold
            title={t("keyed.more")}
            summary={t("keyed.moreSummary")}
            mustOpen={
              peer?.hasPresharedKey === true ||
              peer?.expiresAt !== undefined ||
              ["keepaliveSeconds", "presharedKey", "expires"].some((field) => form.errors[field] !== undefined)
            }
          >
            <Stack gap="md">
              <PresharedField form={form} hasOne={peer?.hasPresharedKey ?? false} />
              <TextInput
                type="datetime-local"
                label={t("keyed.expires")}
                description={t("keyed.expiresNote")}
                {...form.getInputProps("expires")}
              />
              <NumberInput
                label={t("keyed.keepalive")}
                description={t("keyed.keepaliveNote")}
                suffix=" s"
                min={0}
                max={65_535}
                allowDecimal={false}
                allowNegative={false}
                clampBehavior="none"
                hideControls
                {...form.getInputProps("keepaliveSeconds")}
              />
            </Stack>
          </Fold>
          {save.error !== null && (
            <ProblemNotice error={save.error} shownFields={(path) => form.errors[fieldOf(path)] !== undefined} />
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("peers.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(peer ? "peers.save" : "keyed.addTitle")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
