import { setTimeout as sleep } from 'node:timers/promises'

import type { MoveRecord } from './move-record.ts'
import type { Ends } from './settle.ts'

const lookMs = 2_000

/**
 * Says that the link broke while the memory still followed, and waits for what people do about it.
 *
 * @param again it was resumed before
 * @param resumed resolves when somebody asked to resume
 * @returns `resume` to go on; `ended` when neither half waits any more: by virsh, or because somebody
 *   ended it; `left` when Ballast stops
 */
export async function afterBreak(
  record: MoveRecord,
  ends: Ends,
  {
    again,
    resumed,
    leaving,
  }: { again: boolean; resumed: Promise<void>; leaving: () => boolean },
): Promise<'resume' | 'ended' | 'left'> {
  const { uuid } = record.order
  const look = () =>
    Promise.all([reasonOn(() => ends.source(), uuid), reasonOn(() => ends.target(), uuid)])
  record.enter('post-copy')
  const [, there] = await look()
  if (again && there === 'postcopy') {
    // Seen with libvirt 9: `finish` answers with the break that was before, while QEMU sends again.
    record.job.log('libvirt tells of the earlier break; the memory follows all the same.')
  } else {
    sayBroken(record)
  }
  for (;;) {
    const asked = await Promise.race([resumed.then(() => true), sleep(lookMs, false)])
    if (leaving()) return 'left'
    if (asked) break
    // Somebody may have resumed it by virsh, or ended it.
    const now = await look()
    if (now.includes('postcopy-failed') || now.includes('unreachable')) {
      if (now[1] === 'postcopy-failed' && !record.postCopyFailed) sayBroken(record)
      continue
    }
    record.postCopyFailed = false
    return 'ended'
  }
  record.postCopyFailed = false
  return 'resume'
}

function sayBroken(record: MoveRecord): void {
  const { order, job } = record
  record.postCopyFailed = true
  record.publish()
  job.log(
    `The way between the hosts broke while the memory still followed: part of it is on ` +
      `${order.source.name}, part on ${order.target.name}. The guest stands still; do not ` +
      'end it on either side. Mend the link, then resume.',
    'error',
  )
}

/** The reason of the domain's state; `unreachable` = the host cannot be asked, `absent` = it has none. */
async function reasonOn(end: Ends['source'], uuid: string): Promise<string> {
  try {
    return (await (await end()).domain(uuid))?.reason ?? 'absent'
  } catch (error) {
    if (error instanceof TypeError) throw error
    return 'unreachable'
  }
}
