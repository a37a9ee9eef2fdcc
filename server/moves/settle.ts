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

/** What settling does on a host. */
export type SettlingEnd = Pick<
  MoveEnd,
  'domain' | 'abortJob' | 'resume' | 'destroy' | 'undefine' | 'forgetTransient'
>
interface SettlingEnds {
  source(): Promise<SettlingEnd>
  target(): Promise<SettlingEnd>
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
  /** How long is waited between two looks. */
  stepMs?: number
  signal?: AbortSignal
}

const usualStepMs = 1_000
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
  'forget-target':
    'Removing what the move left on the target, shut off and not written down',
}

/** Last steps that only tidy up: when they are refused, the guest is in its place all the same. */
const tidying: Partial<Record<Settlement['do'], 'source' | 'target'>> = {
  'undefine-source': 'target',
  'forget-target': 'source',
}

/** Looks and acts until the guest is in one place and nothing half is left; see settlement.ts. */
export async function settleMove(
  ends: SettlingEnds,
  options: SettleOptions,
): Promise<Settled> {
  const { uuid, facts, say, ended, stepMs = usualStepMs } = options
  const startedMs = performance.now()
  let said = ''
  let tries = 0
  let targetStaysDefined = false
  const leftovers: string[] = []
  const tell = (text: string, level: 'info' | 'warn' = 'info') => {
    if (text !== said) say(text, level)
    said = text
  }
  for (;;) {
    const [source, target] = await Promise.all([
      see(() => ends.source(), uuid),
      see(() => ends.target(), uuid),
    ])
    let next = settle(source, target, facts, ended)
    if (next.do === 'undefine-target' && targetStaysDefined) {
      // It is shut off there: the guest on the source may stand still until it is resumed.
      next = settle(source, 'absent', facts, ended)
    }
    if (next.do === 'nothing') {
      const { where, postCopyFailed = false, unwritten = false } = next
      if (unwritten) leftovers.push(unwrittenWords)
      return { where, postCopyFailed, leftovers }
    }
    if (next.do === 'wait') {
      tell(`Waiting: ${next.why}`)
      const safe = safePlace(source, target)
      const waited = performance.now() - startedMs
      if (safe && waited > (options.patienceMs ?? patienceMs)) {
        leftovers.push(next.why)
        return { where: safe, postCopyFailed: false, leftovers }
      }
    } else {
      tell(doing[next.do])
      try {
        await act(next.do, ends, uuid)
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        tell(`${doing[next.do]}: ${words}`, 'warn')
        if (++tries >= mostTries) {
          leftovers.push(`${doing[next.do]}: ${words}`)
          if (next.do !== 'undefine-target') {
            const where = tidying[next.do] ?? 'unknown'
            return { where, postCopyFailed: false, leftovers }
          }
          targetStaysDefined = true
          tries = 0
        }
      }
    }
    await sleep(stepMs, undefined, { signal: options.signal })
  }
}

const unwrittenWords =
  'The target has not written its definition down (virsh dominfo: Persistent: no): define it there.'

async function see(end: () => Promise<SettlingEnd>, uuid: string): Promise<Seen> {
  try {
    return (await (await end()).domain(uuid)) ?? 'absent'
  } catch (error) {
    // A mistake of ours must not look like a host that is away.
    if (error instanceof TypeError) throw error
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
  ends: SettlingEnds,
  uuid: string,
): Promise<void> {
  const source = () => ends.source()
  const target = () => ends.target()
  switch (what) {
    case 'abort-source':
      return await (await source()).abortJob(uuid)
    case 'resume-source':
      return await (await source()).resume(uuid)
    case 'destroy-source':
      return await (await source()).destroy(uuid)
    case 'undefine-source':
      return await (await source()).undefine(uuid)
    case 'destroy-target':
      return await (await target()).destroy(uuid)
    case 'undefine-target':
      return await (await target()).undefine(uuid)
    case 'forget-target':
      return await (await target()).forgetTransient(uuid)
  }
}
