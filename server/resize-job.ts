import type { Resize } from './contract/memory.ts'
import { ProblemError } from './contract/problem.ts'
import type { BegunShrink } from './fleet/index.ts'
import type { Jobs } from './jobs/index.ts'

/** The domain of a shrink, and who asked for it. */
export interface ShrinkOf {
  host: string
  uuid: string
  name: string
  by: string
}

/**
 * Carries out a shrink in steps as a job, so that it is seen, cancelled and kept like all long work.
 * A second shrink of the same domain waits for the first one, which gives way to it.
 *
 * @returns the id of the job
 * @throws ProblemError domain_busy when another kind of job has the domain
 */
export function shrinkAsJob(jobs: Jobs, shrink: BegunShrink, of: ShrinkOf): string {
  const { resize, command } = shrink
  const { host, uuid, name, by } = of
  const holder = jobs.heldBy(host, uuid, name)
  const wholeKiB = resize.fromKiB - resize.targetKiB
  const { id } = jobs.start(
    {
      kind: 'resize',
      title: { domain: name, targetKiB: resize.targetKiB },
      owner: { type: 'user', name: by },
      domains: [{ host, uuid, name }],
      whenLocked: holder?.kind === 'resize' ? 'wait' : 'refuse',
      cancel: 'keep',
    },
    async (job) => {
      job.log(command)
      const ended = await job.step('resize', async (step) => {
        const progress = ({ actualKiB }: Resize) =>
          step.progress({
            done: Math.min(wholeKiB, Math.max(0, resize.fromKiB - actualKiB)) * 1024,
            total: wholeKiB * 1024,
            unit: 'bytes',
          })
        const last = await shrink.carryOut({
          signal: job.signal,
          onLook: (now) => {
            progress(now)
            job.point({ actualKiB: now.actualKiB })
          },
          onStep: (toKiB, phase) =>
            job.log(`setmem ${toKiB} --live`, phase === 'going-back' ? 'warn' : 'info'),
        })
        progress(last)
        if (last.status === 'cancelled') job.signal.throwIfAborted()
        const stopped = stoppedBecause(last)
        if (stopped) throw new ProblemError('shrink_stopped', { ...stopped, host })
        return last
      })
      const gaveKiB = Math.max(0, ended.fromKiB - ended.actualKiB)
      return { status: ended.status, gaveKiB, reasons: ended.reasons }
    },
  )
  return id
}

/** Why a shrink did not come to its target, in words; null = it did, or somebody else took over. */
function stoppedBecause(ended: Resize): { detail: string; remedy: string } | null {
  const { status, cause, fromKiB, targetKiB, actualKiB, lowestKiB } = ended
  if (status === 'reached' || status === 'superseded') return null
  const gave = `The guest gave ${fromKiB - actualKiB} of ${fromKiB - targetKiB} KiB`
  const lowest = `at ${lowestKiB ?? actualKiB} KiB`
  const because = {
    pressure: `it came under memory pressure ${lowest} and got memory back`,
    'took-back': `it took memory back by itself ${lowest} (autodeflate)`,
    silent: `it stopped answering ${lowest} and got memory back`,
    stalled: `it had no more to give ${lowest} and got memory back`,
  }
  const why = cause ? because[cause] : 'the shrink was interrupted'
  return {
    detail: `${gave}: ${why}.`,
    remedy: 'Choose a higher target, or look at what the guest needs the memory for.',
  }
}
