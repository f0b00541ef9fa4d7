import { expect, test } from "vitest"
import { render } from "../../../testing/render.tsx"
import { Invitation } from "./invitation.tsx"

const shown = (conf: string | null, first: "tundeck" | "conf", link?: string) =>
  render(<Invitation name="phone" code="tundeck-invite-abc" conf={conf} first={first} {...(link && { link })} />).text

test("another Tundeck gets a code, an app a picture and a file", () => {
  expect(shown("[Interface]", "tundeck")).toContain("tundeck-invite-abc")
  expect(shown("[Interface]", "tundeck")).not.toContain("Save phone.conf")
  expect(shown("[Interface]", "conf")).toContain("Save phone.conf")
  expect(shown("[Interface]", "conf")).not.toContain("tundeck-invite-abc")
})

test("where no app could connect there is the code alone", () => {
  expect(shown(null, "conf")).toContain("tundeck-invite-abc")
  expect(shown(null, "conf")).not.toContain("A WireGuard app")
})

test("the link stands beside them when it is given", () => {
  expect(shown(null, "tundeck", "https://host/invite#token=x")).toContain("https://host/invite#token=x")
  expect(shown(null, "tundeck")).not.toContain("Send a link")
})
