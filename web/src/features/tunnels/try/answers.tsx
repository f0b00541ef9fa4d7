import { Table, Text } from "@mantine/core"
import type { ProbeAnswer } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import { formatCount, formatMilliseconds } from "../../../lib/format.ts"
import { Mono } from "../../../ui/mono.tsx"
import classes from "./try.module.css"

interface AnswersProps {
  label: string
  /** What the first column counts. */
  head: "sequence" | "hop" | "bytes"
  items: readonly { number: number; answer: ProbeAnswer }[]
}

export function Answers({ label, head, items }: AnswersProps) {
  const { t } = useTranslation("tunnels")
  return (
    <Table aria-label={label} className={classes.answers} verticalSpacing={4} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th ta="right" w={64}>
            {t(`tryOut.probe.column.${head}`)}
          </Table.Th>
          <Table.Th>{t("tryOut.probe.column.from")}</Table.Th>
          <Table.Th ta="right">{t("tryOut.probe.column.time")}</Table.Th>
          <Table.Th>{t("tryOut.probe.column.answer")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ number, answer }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a size may be tried twice; the list never changes
          <Table.Tr key={i}>
            <Table.Td ta="right">{formatCount(number)}</Table.Td>
            <Table.Td>{answer.from === undefined ? "–" : <Mono>{answer.from}</Mono>}</Table.Td>
            <Table.Td ta="right">{answer.timeMs === undefined ? "–" : formatMilliseconds(answer.timeMs)}</Table.Td>
            <Table.Td>
              <Text span size="sm" c={isGood(answer) ? undefined : "var(--td-waiting)"}>
                {answerWords(answer, t)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

const isGood = ({ kind }: ProbeAnswer) => kind === "reply" || kind === "time-exceeded"

function answerWords({ kind, mtu, detail }: ProbeAnswer, t: TFunction<"tunnels">): string {
  if (kind === "too-big" && mtu !== undefined) return t("tryOut.probe.answer.tooBig", { mtu: formatCount(mtu) })
  if (kind === "unreachable" && detail !== undefined) return t("tryOut.probe.answer.unreachableBecause", { detail })
  if (kind === "not-sent" && detail !== undefined) return t("tryOut.probe.answer.notSentBecause", { detail })
  return t(`tryOut.probe.answer.${kind}`)
}
