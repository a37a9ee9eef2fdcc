import type { LiveListener, Topic, TopicDelta, TopicFull } from '../contract/live.ts'
import type { Problem } from '../contract/problem.ts'
import type { HostAgent } from './host-agent.ts'
import { problemOf } from './link-error.ts'
import type { FleetView } from './live-topics.ts'
import type { Nodes } from './nodes.ts'

export type NodeTopic = Extract<
  Topic,
  { name: 'host-memory' | 'host-numa' | 'domain-numa' }
>

/** A host is asked this often while somebody looks at it as a machine, ms. */
const everyMs: Record<NodeTopic['name'], number> = {
  'host-memory': 2_000,
  'host-numa': 3_000,
  'domain-numa': 3_000,
}

/** What differs between the topics: what is read, and how it is handed out. */
interface Reading<T extends object> {
  read(): Promise<T>
  full(value: T | null, problem: Problem | null): TopicFull
  delta(change: ReadingChange<T>): TopicDelta
}
interface ReadingChange<T> {
  before: T | null
  value: T | null
  /** The members that are others than before. */
  changed: Partial<T>
  problem: Problem | null
}

/** A host as a machine, read from it anew for as long as somebody looks. */
export function nodeView(
  topic: NodeTopic,
  agent: HostAgent,
  nodes: Nodes,
  listener: LiveListener,
): FleetView {
  const place = { agent, listener, everyMs: everyMs[topic.name] }
  const { host } = topic
  switch (topic.name) {
    case 'host-memory':
      return readView(
        { ...place, uuid: null },
        {
          read: () => nodes.memory(host, topic.order),
          full: (report, problem) => ({ report, problem }),
          delta: ({ changed, problem }) => ({ report: changed, problem }),
        },
      )
    case 'host-numa':
      return readView(
        { ...place, uuid: null },
        {
          read: () => nodes.numa(host),
          full: (numa, problem) => ({ numa, problem }),
          delta: ({ before, value, changed, problem }) => {
            if (!changed.domains || !before || !value) return { numa: changed, problem }
            // Of two hundred domains a few changed places: only those go out.
            const known = new Map(before.domains.map((one) => [one.uuid, textOf(one)]))
            const domains = value.domains.filter(
              (one) => known.get(one.uuid) !== textOf(one),
            )
            const order = value.domains.map(({ uuid }) => uuid)
            return { numa: { ...changed, domains }, order, problem }
          },
        },
      )
    case 'domain-numa':
      return readView(
        { ...place, uuid: topic.uuid },
        {
          read: () => nodes.domainNuma(host, topic.uuid),
          full: (domainNuma, problem) => ({ domainNuma, problem }),
          delta: ({ changed, problem }) => ({ domainNuma: changed, problem }),
        },
      )
  }
}

const textOf = (value: unknown) => JSON.stringify(value)

/**
 * A view whose state is asked of the host: at once, then again and again until it is closed, one
 * question at a time. What was known stays while the host does not answer, beside the reason.
 */
function readView<T extends object>(
  place: {
    agent: HostAgent
    uuid: string | null
    listener: LiveListener
    everyMs: number
  },
  reading: Reading<T>,
): FleetView {
  const { agent, listener } = place
  const { host } = agent.record
  let value: T | null = null
  let problem: Problem | null = null
  let timer: NodeJS.Timeout | null = null
  let asking = false
  let askAgain = false
  let closed = false
  let { link } = agent

  const take = (next: T | null, failed: Problem | null) => {
    const before = value
    value = next ?? before
    const changed = changedOf(before, value)
    const same = textOf(failed) === textOf(problem)
    problem = failed
    if (same && Object.keys(changed).length === 0) return
    listener.delta(reading.delta({ before, value, changed, problem }))
  }
  const ask = async () => {
    if (timer) clearTimeout(timer)
    timer = null
    askAgain = asking
    if (asking) return
    asking = true
    const answer = await reading.read().then(
      (next) => ({ next, failed: null }),
      (error: unknown) => ({ next: null, failed: problemOf(error, { host }).toProblem() }),
    )
    asking = false
    if (closed) return
    take(answer.next, answer.failed)
    if (askAgain) void ask()
    else timer = setTimeout(() => void ask(), place.everyMs)
  }
  void ask()
  return {
    host,
    uuid: place.uuid,
    full: () => reading.full(value, problem),
    // Samples change nothing of it; a host that came back or went is asked at once.
    delta() {
      if (agent.link !== link) void ask()
      link = agent.link
      return null
    },
    reread: () => void ask(),
    close() {
      closed = true
      if (timer) clearTimeout(timer)
    },
  }
}

function changedOf<T extends object>(before: T | null, now: T | null): Partial<T> {
  const changed: Partial<T> = { ...now }
  for (const key in before) {
    if (textOf(before[key]) === textOf(changed[key])) delete changed[key]
  }
  return changed
}
