import { causeWords } from './cause.ts'
import { followMs } from './follower.ts'
import type { MoveEvent } from './move-end.ts'
import type { MoveEnds } from './move-ends.ts'
import type { MoveRecord } from './move-record.ts'

/** A target that has not noticed a broken link for so long may never do. */
const silentMs = 120_000

/** Looks at a move while its memory is on its way, and hears what the source tells by itself. */
export class MoveWatch {
  readonly #record: MoveRecord
  readonly #ends: MoveEnds
  #timer: NodeJS.Timeout | null = null
  #looking = false
  /** When the source told that the link broke. */
  #brokeMs: number | null = null
  #saidSilent = false

  constructor(record: MoveRecord, ends: MoveEnds) {
    this.#record = record
    this.#ends = ends
  }

  begin(): void {
    this.#timer ??= setInterval(() => void this.#look(), followMs)
  }

  end(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  hear(event: MoveEvent): void {
    const { order, job, phase } = this.#record
    const { options, uuid } = order
    if (event.uuid !== uuid) return
    switch (event.type) {
      case 'pass':
        void this.#look()
        if (event.pass === 2 && options.postCopy && options.postCopyAfterFirstPass) {
          void this.#ends.sourceNow?.startPostCopy(uuid).catch((error: unknown) => {
            job.log(`Could not switch to post-copy: ${causeWords(error)}`, 'warn')
          })
        }
        return
      case 'job-ended':
        this.#record.takeCompleted(event.fields)
        return
      case 'lifecycle':
        if (event.detail === 'postcopy-failed') this.#sayBreak()
        if (event.detail === 'postcopy' && (phase === 'perform' || phase === 'finish')) {
          this.#record.enter('post-copy')
        }
    }
  }

  /** One look at the statistics; none begins while one is under way. */
  async #look(): Promise<void> {
    const record = this.#record
    if (this.#looking || !record.sends) return
    this.#looking = true
    try {
      const stats = await this.#ends.sourceNow?.jobStats(record.order.uuid)
      const counts = stats?.operation === 'migration-out' && stats.type !== 'none'
      if (counts && record.sends) record.take(stats.params)
    } catch {
      // A late answer is a gap; a lost connection is noticed by whoever drives.
    } finally {
      this.#looking = false
    }
    this.#saySilent()
    record.publish()
  }

  /** The source knows at once that the link broke; the target may send into it for minutes. */
  #sayBreak(): void {
    if (this.#brokeMs !== null) return
    this.#brokeMs = performance.now()
    const { job, order } = this.#record
    job.log(
      `The source lost the link while the memory still follows; ${order.target.name} has not ` +
        'noticed yet. Do not end the domain on either side: it can be resumed then.',
      'error',
    )
  }

  /** Without KVM the target's QEMU may hold its own lock while it waits for a page: it says nothing then, for ever. */
  #saySilent(): void {
    const { job, order, postCopyFailed } = this.#record
    if (this.#brokeMs === null || postCopyFailed || this.#saidSilent) return
    if (performance.now() - this.#brokeMs < silentMs) return
    this.#saidSilent = true
    const { source, target } = order
    job.log(
      `QEMU on ${target.name} still says nothing of the break: it may wait for a page that is on ` +
        `${source.name} and take no command any more. If that stays so, end the domain on both ` +
        'hosts and start it again.',
      'error',
    )
  }
}
