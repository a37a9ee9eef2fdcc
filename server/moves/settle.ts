import { setTimeout as sleep } from 'node:timers/promises'

import type { MigrationResult } from '../contract/migration.ts'
import type { MoveEnd } from './move-end.ts'
import { settle } from './settlement.ts'
import type { MoveFacts, Seen, Settlement } from './settlement.ts'

/** The two hosts of a move, reached anew whenever the connection was lost. */
export interface Ends {
  /** @throws what the connection failed with */
  source(): Promise<MoveEnd>
  target(): Promise<MoveEnd>
}

export interface Settled {
  where: MigrationResult['where']
  postCopyFailed: boolean
  /** What could not be looked at or put right, in words. */
  leftovers: string[]
}

export interface SettleOptions {
  uuid: string
  facts: MoveFacts
  /** The driver saw all of its steps succeed. */
  ended?: boolean
  say(text: string, level: 'info' | 'warn'): void
  /** How long a host that cannot be asked is waited for once the guest is known to be safe. */
  patienceMs?: number
  signal?: AbortSignal
}

const stepMs = 1_000
const patienceMs = 120_000
/** A step that is refused again and again is left to a person. */
const mostTries = 10

const doing: Record<Exclude<Settlement['do'], 'wait' | 'nothing'>, string> = {
  'abort-source': 'Ending what still sends on the source',
  'resume-source': 'The guest goes on where it was: resuming it on the source',
  'destroy-source': 'The guest runs on the target: ending what stands still on the source',
  'undefine-source': 'The domain is on the target: removing its definition from the source',
  'destroy-target': 'Removing the half-arrived guest from the target',
  'undefine-target': 'Removing the half-made definition from the target',
}

/** Looks and acts until the guest is in one place and nothing half is left; see settlement.ts. */
export async function settleMove(ends: Ends, options: SettleOptions): Promise<Settled> {
  const { uuid, facts, say } = options
  const startedMs = performance.now()
  let said = ''
  let tries = 0
  const tell = (text: string, level: 'info' | 'warn' = 'info') => {
    if (text !== said) say(text, level)
    said = text
  }
  for (;;) {
    const [source, target] = await Promise.all([
      see(() => ends.source(), uuid),
      see(() => ends.target(), uuid),
    ])
    const next = settle(source, target, facts, options.ended)
    if (next.do === 'nothing') {
      const { where, postCopyFailed = false, unwritten = false } = next
      return { where, postCopyFailed, leftovers: unwritten ? [unwrittenWords(where)] : [] }
    }
    if (next.do === 'wait') {
      tell(`Waiting: ${next.why}`)
      const safe = safePlace(source, target)
      const waited = performance.now() - startedMs
      if (safe && waited > (options.patienceMs ?? patienceMs)) {
        return { where: safe, postCopyFailed: false, leftovers: [next.why] }
      }
    } else {
      tell(doing[next.do])
      try {
        await act(next.do, ends, uuid)
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        tell(`${doing[next.do]}: ${words}`, 'warn')
        if (++tries >= mostTries) {
          return {
            where: 'unknown',
            postCopyFailed: false,
            leftovers: [`${doing[next.do]}: ${words}`],
          }
        }
      }
    }
    await sleep(stepMs, undefined, { signal: options.signal })
  }
}

function unwrittenWords(where: MigrationResult['where']): string {
  return where === 'target'
    ? 'The target has not written its definition down (virsh dominfo: Persistent: no): define it there.'
    : 'The target shows the domain shut off, without a written definition, and refuses another move ' +
        'of it until its libvirtd is restarted.'
}

async function see(end: () => Promise<MoveEnd>, uuid: string): Promise<Seen> {
  try {
    return (await (await end()).domain(uuid)) ?? 'absent'
  } catch {
    // Whatever kept it from answering: it cannot be asked now.
    return 'unreachable'
  }
}

/** Where the guest runs for certain while the other host cannot be asked; null = nowhere for certain. */
function safePlace(source: Seen, target: Seen): 'source' | 'target' | null {
  const runs = (seen: Seen) => typeof seen !== 'string' && seen.state === 'running'
  if (runs(source) && target === 'unreachable') return 'source'
  if (runs(target) && source === 'unreachable') return 'target'
  return null
}

async function act(
  what: Exclude<Settlement['do'], 'wait' | 'nothing'>,
  ends: Ends,
  uuid: string,
): Promise<void> {
  const [where, verb] = what.startsWith('abort')
    ? (['source', 'abort'] as const)
    : what === 'resume-source'
      ? (['source', 'resume'] as const)
      : what === 'destroy-source'
        ? (['source', 'destroy'] as const)
        : what === 'undefine-source'
          ? (['source', 'undefine'] as const)
          : what === 'destroy-target'
            ? (['target', 'destroy'] as const)
            : (['target', 'undefine'] as const)
  const end = await ends[where]()
  if (verb === 'abort') await end.abortJob(uuid)
  else await end[verb](uuid)
}
