import { expect, it } from "vitest"
import { findAccount } from "./accounts.ts"

const passwd = `root:x:0:0:root:/root:/bin/bash
tundeck:x:998:997::/var/lib/tundeck:/usr/sbin/nologin
broken
`

it.each([
  ["tundeck", { uid: 998, gid: 997 }],
  ["1000", { uid: 1000, gid: 1000 }],
  ["1000:50", { uid: 1000, gid: 50 }],
  ["broken", undefined],
  ["nobody-here", undefined],
  ["tundeck:x", undefined],
])("the account %j", (text, account) => expect(findAccount(text, passwd)).toEqual(account))
