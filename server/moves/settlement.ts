import type { MigrationResult } from '../contract/migration.ts'
import type { DomainThere } from './move-end.ts'

/** What a host answered when asked for the domain. */
export type Seen = DomainThere | 'absent' | 'unreachable'

/** What was so before the move, and what it was to be. */
export interface MoveFacts {
  /** The guest was paused when it began: then a paused source is not ours to resume. */
  wasPaused: boolean
  /** It was not running at all: a definition moves. */
  offline: boolean
  /** Ballast drove it, so that nobody else goes on with it. */
  direct: boolean
  undefineSource: boolean
  /** The target was to write the definition down. */
  persistent: boolean
  /** The target had a definition of the same domain before, written down. */
  targetKnewIt: boolean
}

/** The next thing to do so that the guest runs in exactly one place and nothing half is left. */
export type Settlement =
  | { do: 'wait'; why: string }
  /** Nobody is left who would end it well. */
  | { do: 'abort-source' }
  | { do: 'resume-source' }
  | { do: 'destroy-source' }
  | { do: 'undefine-source' }
  | { do: 'destroy-target' }
  | { do: 'undefine-target' }
  /** What `prepare` of an offline move left: shut off, and not written down. */
  | { do: 'forget-target' }
  | {
      do: 'nothing'
      where: MigrationResult['where']
      postCopyFailed?: boolean
      /** The target has the domain, but only until it ends or libvirtd does. */
      unwritten?: boolean
    }

/** What a domain is, as far as a move is concerned. */
type Kind =
  | 'unreachable'
  | 'absent'
  | 'off'
  /** Runs, or was paused by a person. */
  | 'alive'
  /** Sends its memory. */
  | 'sending'
  /** Its QEMU waits for memory, or for the word to go on. */
  | 'incoming'
  /** All was sent, or should have been: stands still until it hears what came of it. */
  | 'handed-over'
  | 'post-copy'
  | 'post-copy-failed'

function kindOf(seen: Seen, end: 'source' | 'target', facts: MoveFacts): Kind {
  if (seen === 'unreachable' || seen === 'absent') return seen
  const { state, reason, job } = seen
  if (state === 'shutoff' || state === 'crashed' || state === 'none') return 'off'
  if (reason === 'postcopy-failed') return 'post-copy-failed'
  if (reason === 'postcopy') return 'post-copy'
  if (end === 'source' && job === 'migration-out') return 'sending'
  if (state === 'paused' && reason !== 'user' && reason !== 'ioerror') {
    if (end === 'target') return 'incoming'
    return facts.wasPaused ? 'alive' : 'handed-over'
  }
  return 'alive'
}

/**
 * What to do next with what both hosts say, after a move that ended otherwise than planned: failed,
 * lost a daemon or a host, or lost Ballast itself. Asked again after each step until nothing is to do.
 *
 * The rule above all others: nothing is started while the guest might run elsewhere, and nothing is
 * ended unless it is known to run elsewhere. And a definition is removed only when the other one is
 * written down.
 *
 * @param ended the driver saw all of its steps succeed
 */
export function settle(
  source: Seen,
  target: Seen,
  facts: MoveFacts,
  ended = false,
): Settlement {
  const here = kindOf(source, 'source', facts)
  const there = kindOf(target, 'target', facts)
  if (here === 'post-copy-failed' || there === 'post-copy-failed') {
    const where = there === 'absent' || there === 'off' ? 'nowhere' : 'unknown'
    return { do: 'nothing', where, postCopyFailed: true }
  }
  if (here === 'sending') {
    return facts.direct
      ? { do: 'abort-source' }
      : { do: 'wait', why: 'the source still sends' }
  }
  if (here === 'post-copy' || there === 'post-copy') {
    return { do: 'wait', why: 'the memory still follows (post-copy)' }
  }
  const written = typeof target !== 'string' && target.persistent
  if (facts.offline) return settleDefinition(here, there, facts, { written, ended })
  switch (there) {
    case 'alive':
      if (here === 'alive') return { do: 'nothing', where: 'both' }
      if (here === 'unreachable') {
        return {
          do: 'wait',
          why: 'the source cannot be asked; the guest runs on the target',
        }
      }
      if (here === 'handed-over') return { do: 'destroy-source' }
      if (facts.persistent && !written) {
        return { do: 'nothing', where: 'target', unwritten: true }
      }
      if (here === 'off' && facts.undefineSource) return { do: 'undefine-source' }
      return { do: 'nothing', where: 'target' }
    case 'incoming':
      // Peer to peer the source's daemon ends it; without Ballast nobody ends a direct one.
      if (here === 'unreachable') {
        return {
          do: 'wait',
          why: 'the source cannot be asked whether the guest runs there',
        }
      }
      return { do: 'destroy-target' }
    case 'unreachable':
      if (here === 'alive') return { do: 'wait', why: 'the target cannot be asked' }
      return {
        do: 'wait',
        why: 'the target cannot be asked whether the guest runs there',
      }
    case 'off':
      // Not there before it began: what is defined was left half way. What is not defined is nothing.
      return here === 'unreachable'
        ? { do: 'wait', why: 'the source cannot be asked' }
        : here === 'absent'
          ? { do: 'nothing', where: 'nowhere' }
          : facts.targetKnewIt || !written
            ? settleSource(here)
            : { do: 'undefine-target' }
    case 'absent':
      return settleSource(here)
    default:
      return { do: 'wait', why: 'the target is in between' }
  }
}

/** Nothing is on the target: the guest is the source's. */
function settleSource(here: Kind): Settlement {
  switch (here) {
    case 'handed-over':
      return { do: 'resume-source' }
    case 'alive':
      return { do: 'nothing', where: 'source' }
    case 'unreachable':
      return { do: 'wait', why: 'the source cannot be asked' }
    default:
      return { do: 'nothing', where: 'nowhere' }
  }
}

/**
 * From `prepare` on libvirt shows the domain on the target, shut off and transient, and a move that
 * fails then leaves it so, also when `finish` is told of it: only what is written down has arrived.
 */
function settleDefinition(
  here: Kind,
  there: Kind,
  facts: MoveFacts,
  { written, ended }: { written: boolean; ended: boolean },
): Settlement {
  if (here === 'unreachable' || there === 'unreachable') {
    return { do: 'wait', why: 'one of the hosts cannot be asked' }
  }
  if (there === 'absent') {
    return { do: 'nothing', where: here === 'absent' ? 'nowhere' : 'source' }
  }
  if (!written) {
    // Where the source has lost its own, it is the only one left.
    return here === 'absent'
      ? { do: 'nothing', where: 'target', unwritten: true }
      : { do: 'forget-target' }
  }
  // What was there before is no sign that the newer one arrived.
  if (here === 'off' && facts.targetKnewIt && !ended) {
    return { do: 'nothing', where: 'source' }
  }
  if (here === 'off' && facts.undefineSource) return { do: 'undefine-source' }
  return { do: 'nothing', where: 'target' }
}
