import type { HostSummary } from '../contract/host.ts'
import type { TopicDelta, TopicFull } from '../contract/live.ts'

/**
 * Hosts whose figures alone changed that go into one delta. There are two deltas a second, so with more
 * than ten hosts their figures are renewed less often than each second, and what a browser gets (and
 * draws) stays the same however many hosts there are.
 */
const mostFigures = 10

interface Sent {
  text: string
  /** All but its figures, as text: how it stands. */
  standing: string
  summary: HostSummary
  /** The delta that it was last in. */
  turn: number
}

/**
 * What a reader of all hosts has been sent, and what to send next: hosts that came, went or stand
 * otherwise at once; figures by turns, those that were sent longest ago first.
 */
export function hostsView(read: () => HostSummary[]) {
  let turn = 0
  let sent = new Map(read().map((summary) => [summary.host, sentOf(summary, turn)]))
  return {
    host: null,
    uuid: null,
    full: (): TopicFull<'hosts'> => ({
      hosts: [...sent.values()].map(({ summary }) => summary),
    }),
    delta(): TopicDelta<'hosts'> | null {
      turn++
      const before = sent
      const now = read().map((summary) => sentOf(summary, turn))
      const changed = now.filter(
        ({ text, summary }) => before.get(summary.host)?.text !== text,
      )
      const standOtherwise = ({ standing, summary }: Sent) =>
        before.get(summary.host)?.standing !== standing
      const waiting = changed
        .filter((one) => !standOtherwise(one))
        .toSorted((a, b) => turnOf(before, a) - turnOf(before, b))
      const later = new Set(waiting.slice(mostFigures))
      sent = new Map(
        now.map((one) => {
          const known = before.get(one.summary.host)
          const keep = known && (known.text === one.text || later.has(one))
          return [one.summary.host, keep ? known : one]
        }),
      )
      const upsert = changed.filter((one) => !later.has(one)).map(({ summary }) => summary)
      const remove = [...before.keys()].filter((host) => !sent.has(host))
      return upsert.length + remove.length === 0 ? null : { upsert, remove }
    },
  }
}

function sentOf(summary: HostSummary, turn: number): Sent {
  const { sampledMs, sweepMs, cpuPercent, memory, committed, ...standing } = summary
  const figures = { sampledMs, sweepMs, cpuPercent, memory, committed }
  const stands = JSON.stringify(standing)
  return { text: stands + JSON.stringify(figures), standing: stands, summary, turn }
}

function turnOf(sent: ReadonlyMap<string, Sent>, { summary }: Sent): number {
  return sent.get(summary.host)?.turn ?? 0
}
