import type { LinkProbe } from '../contract/forecast.ts'
import { ProblemError } from '../contract/problem.ts'
import type { Change } from './change.ts'
import type { HostAgent } from './host-agent.ts'
import { linkOf } from './memory-actions.ts'
import { cleanText } from './text.ts'

/** How fast bytes go from one host to another; server/ssh/measure-link.ts is one. */
export interface MeasureLink {
  measure(ends: { sourceUri: string; targetUri: string; hostname: string }): Promise<
    | { mibps: number; bytes: number; seconds: number }
    | {
        failed: 'no-netcat' | 'no-ports' | 'no-way' | 'unclear'
        end: 'source' | 'target'
        words: string
      }
  >
  /** The same by hand; null where the host told a name that no shell should see. */
  lines(ends: { hostname: string }): string | null
}

/** Pairs that are measured now: two at once would measure each other. */
const underWay = new Set<string>()

/**
 * Measures the link from one host to another, for some seconds, over the name that libvirt would use.
 *
 * @throws ProblemError with what to do where a host cannot
 */
export async function measureBetween(
  from: HostAgent,
  to: HostAgent,
  { measure, lines }: MeasureLink,
): Promise<Change<LinkProbe>> {
  linkOf(from)
  linkOf(to)
  const [source, target] = [from.record.host, to.record.host]
  const hostname = to.facts?.hostname
  if (source === target || !hostname) {
    throw new ProblemError('invalid', {
      host: target,
      detail: hostname
        ? 'Source and target are the same host.'
        : `Host ${to.record.name} did not tell its name yet.`,
    })
  }
  const command = lines({ hostname })
  if (underWay.has(source) || underWay.has(target)) {
    throw new ProblemError('conflict', {
      host: source,
      command: command ?? undefined,
      detail: 'A link of one of the two hosts is being measured already.',
      retryAfterSeconds: 5,
    })
  }
  underWay.add(source).add(target)
  try {
    const speed = await measure({
      sourceUri: from.record.uri,
      targetUri: to.record.uri,
      hostname,
    })
    if ('failed' in speed) {
      const at = speed.end === 'source' ? from : to
      const words = cleanText(speed.words)
      throw new ProblemError('not_allowed_in_state', {
        host: at.record.host,
        command: command ?? undefined,
        detail: `${failures[speed.failed].what(at.record.name)}${words ? `: ${words}` : '.'}`,
        remedy: failures[speed.failed].remedy,
      })
    }
    return { result: { source, target, atMs: Date.now(), ...speed }, command }
  } finally {
    underWay.delete(source)
    underWay.delete(target)
  }
}

const failures = {
  'no-netcat': {
    what: (name: string) =>
      `Host ${name} has no netcat (nc), so the link cannot be measured`,
    remedy: 'Set a bandwidth limit, or let the first move measure it.',
  },
  'no-ports': {
    what: (name: string) => `No port of 49213–49215 is free on host ${name}`,
    remedy: 'Wait until moves to it have ended.',
  },
  'no-way': {
    what: (name: string) => `Host ${name} did not get through to the other one`,
    remedy:
      'See that the name of the target resolves on the source, and open TCP 49152–49215 there.',
  },
  unclear: {
    what: (name: string) => `The link could not be measured on host ${name}`,
    remedy: 'Set a bandwidth limit, or let the first move measure it.',
  },
}
