import { Button } from "@mantine/core"
import { IconPencil, IconTrash } from "@tabler/icons-react"
import type { InterfaceView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { ButtonLink } from "../../../ui/links.tsx"
import { DeleteInterface } from "./delete-interface.tsx"
import { ReleaseInterface } from "./release-interface.tsx"
import type { InterfaceChanges } from "./use-interface-changes.ts"

/** Edit, release and delete what Tundeck manages. */
export function InterfaceActions({ view, changes }: { view: InterfaceView; changes: InterfaceChanges }) {
  const { t } = useTranslation("interfaces")
  const isAdmin = useIsAdmin()
  const [asking, setAsking] = useState<"delete" | "release" | null>(null)
  if (!isAdmin || !view.managed) return null
  const { name } = view
  const ask = (what: "delete" | "release") => {
    changes.remove.reset()
    changes.release.reset()
    setAsking(what)
  }
  const close = () => setAsking(null)
  return (
    <>
      <ButtonLink
        variant="default"
        to="/interfaces/$name/edit"
        params={{ name }}
        leftSection={<IconPencil size={16} aria-hidden />}
      >
        {t("detail.edit")}
      </ButtonLink>
      <Button variant="default" onClick={() => ask("release")}>
        {t("detail.release")}
      </Button>
      <Button
        variant="light"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => ask("delete")}
      >
        {t("detail.deleteTitle", { name })}
      </Button>
      <DeleteInterface view={view} remove={changes.remove} opened={asking === "delete"} onClose={close} />
      <ReleaseInterface name={name} release={changes.release} opened={asking === "release"} onClose={close} />
    </>
  )
}
