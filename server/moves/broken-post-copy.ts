import { setTimeout as sleep } from 'node:timers/promises'

import type { MoveRecord } from './move-record.ts'
import type { Ends } from './settle.ts'

const lookMs = 2_000

/**
 * Says that the link broke while the memory still followed, and waits for what people do about it.
 *
 * @param resumed resolves when somebody asked to resume
 * @returns `resume` to go on; `ended` when neither half waits any more: by virsh, or because somebody
 *   ended it; `left` when Ballast stops
 */
export async function afterBreak(
  record: MoveRecord,
  ends: Ends,
  { resumed, leaving }: { resumed: Promise<void>; leaving: () => boolean },
): Promise<'resume' | 'ended' | 'left'> {
  const { order, job } = record
  record.postCopyFailed = true
  record.enter('post-copy')
  job.log(
    `The way between the hosts broke while the memory still followed: part of it is on ` +
      `${order.source.name}, part on ${order.target.name}. The guest stands still; do not ` +
      'end it on either side. Mend the link, then resume.',
    'error',
  )
  for (;;) {
    const asked = await Promise.race([resumed.then(() => true), sleep(lookMs, false)])
    if (leaving()) return 'left'
    if (asked) break
    // Somebody may have resumed it by virsh, or ended it.
    const now = await Promise.all([
      waits(() => ends.source(), order.uuid),
      waits(() => ends.target(), order.uuid),
    ])
    if (now.includes(true)) continue
    record.postCopyFailed = false
    return 'ended'
  }
  record.postCopyFailed = false
  return 'resume'
}

async function waits(end: Ends['source'], uuid: string): Promise<boolean> {
  try {
    return (await (await end()).domain(uuid))?.reason === 'postcopy-failed'
  } catch {
    // It cannot be asked, so nothing is known to have changed.
    return true
  }
}
