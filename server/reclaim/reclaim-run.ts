import type { JobDetail, JobResult } from '../contract/job-kinds.ts'
import type { ReclaimDetail, ReclaimedDomain } from '../contract/job-kinds/reclaim.ts'
import type { Resize, SetMemoryTargetRequest } from '../contract/memory.ts'
import { ProblemError } from '../contract/problem.ts'
import type { JobHandle } from '../jobs/index.ts'
import { leastGainKiB, whyNothing } from './plan.ts'
import type { ReclaimFacts } from './plan.ts'

type TargetRequest = SetMemoryTargetRequest & { by: string }

/** What carrying out needs of the fleet. */
export interface Balloons {
  /** null = the domain is not there any more. */
  facts(host: string, uuid: string): ReclaimFacts | null
  /** The newest change of its balloon. */
  resizeOf(host: string, uuid: string): Resize | null
  beginShrink(
    host: string,
    uuid: string,
    request: TargetRequest,
  ): {
    resize: Resize
    carryOut(hooks: {
      signal?: AbortSignal
      onLook?(resize: Resize): void
    }): Promise<Resize>
  } | null
  /** Sets it at once, and resolves when it rests. */
  grow(
    host: string,
    uuid: string,
    toKiB: number,
    by: string,
    signal: AbortSignal,
  ): Promise<Resize>
}

/** How many guests of a host get their memory back at the same time. */
const restoredAtATime = 4

/** The rows of a reclaim while it runs: every change is shown at once, beginnings are kept at once. */
export class ReclaimRows {
  readonly #job: JobHandle<'reclaim'> | JobHandle<'reclaim-undo'>
  readonly #detail: ReclaimDetail

  constructor(
    job: JobHandle<'reclaim'> | JobHandle<'reclaim-undo'>,
    detail: ReclaimDetail,
  ) {
    this.#job = job
    this.#detail = structuredClone(detail)
    this.#tell()
  }

  get rows(): readonly ReclaimedDomain[] {
    return this.#detail.domains
  }

  get stoppedBy(): string | null {
    return this.#detail.stoppedBy
  }

  get givenKiB(): number {
    return this.#detail.givenKiB
  }

  change(row: ReclaimedDomain, part: Partial<ReclaimedDomain>): void {
    Object.assign(row, part)
    this.#tell()
  }

  stop(name: string): void {
    this.#detail.stoppedBy ??= name
    this.#tell()
  }

  /** Written at once: what was begun has to be undone also after a crash. */
  keep(): void {
    this.#job.remember(this.#detail)
  }

  #tell(): void {
    this.#detail.givenKiB = this.#detail.domains.reduce(
      (sum, { fromKiB, actualKiB, resizeId }) =>
        resizeId === null || actualKiB === null
          ? sum
          : sum + Math.max(0, fromKiB - actualKiB),
      0,
    )
    const detail: JobDetail<'reclaim'> = structuredClone(this.#detail)
    this.#job.detail(detail)
  }
}

/**
 * Carries out a confirmed plan, stage by stage and each host for itself. Each guest shrinks in steps
 * and turns back by itself when it comes under pressure; then the stages of its host that have not
 * begun do not begin. Nobody gives more than the plan showed.
 *
 * @param detail the plan as the job begins with it
 */
export async function runReclaim(
  job: JobHandle<'reclaim'>,
  detail: ReclaimDetail,
  balloons: Balloons,
  by: string,
): Promise<JobResult<'reclaim'>> {
  const rows = new ReclaimRows(job, detail)
  job.plan(['plan', 'shrink'])
  await job.step('plan', async () => {
    for (const row of rows.rows) checkAgain(row, rows, balloons)
  })
  await job.step('shrink', async (step) => {
    const total = detail.plannedKiB * 1024
    const show = () => {
      const done = rows.givenKiB * 1024
      const progress = { done, total, unit: 'bytes' } as const
      step.progress(progress)
      job.progress(progress)
      job.point({ givenBytes: done })
    }
    show()
    const hosts = new Set(rows.rows.map(({ host }) => host))
    const give = (row: ReclaimedDomain) => giveOne(job, row, rows, balloons, by, show)
    await Promise.all([...hosts].map((host) => stages(job, host, rows, give)))
    show()
  })
  job.signal.throwIfAborted()
  return { givenKiB: rows.givenKiB, stoppedBy: rows.stoppedBy }
}

/** What was right when the plan was shown may not be now. */
function checkAgain(row: ReclaimedDomain, rows: ReclaimRows, balloons: Balloons): void {
  const facts = balloons.facts(row.host, row.uuid)
  if (!facts) {
    rows.change(row, { state: 'skipped', reason: 'The domain does not exist any more' })
    return
  }
  // Its own job holds it.
  const why = whyNothing({
    ...facts,
    blocked: facts.blocked === 'busy' ? null : facts.blocked,
  })
  if (why) return rows.change(row, { state: 'skipped', why })
  if (facts.nowKiB === null || facts.floorKiB === null) {
    return rows.change(row, { state: 'skipped', why: 'unknown' })
  }
  const lowestKiB = Math.max(row.targetKiB, facts.floorKiB, facts.minimumKiB ?? 0)
  if (facts.nowKiB - lowestKiB < leastGainKiB) {
    const nowKiB = facts.nowKiB
    return rows.change(row, { state: 'skipped', why: 'at-floor', actualKiB: nowKiB })
  }
  rows.change(row, {
    fromKiB: facts.nowKiB,
    actualKiB: facts.nowKiB,
    targetKiB: lowestKiB,
  })
}

async function stages(
  job: JobHandle<'reclaim'>,
  host: string,
  rows: ReclaimRows,
  give: (row: ReclaimedDomain) => Promise<boolean>,
): Promise<void> {
  const mine = rows.rows.filter((row) => row.host === host && row.state === 'waiting')
  const order = [...new Set(mine.map(({ stage }) => stage))].toSorted((a, b) => a - b)
  let stopped = false
  for (const stage of order) {
    const now = mine.filter((row) => row.stage === stage)
    if (stopped || job.signal.aborted) {
      const cause = stopped ? null : ('cancelled' as const)
      const why = stopped ? ('plan-stopped' as const) : null
      for (const row of now) rows.change(row, { state: 'skipped', why, cause })
      continue
    }
    const calm = await Promise.all(now.map(give))
    stopped = calm.includes(false)
  }
}

/** @returns whether the stages after this one may begin */
async function giveOne(
  job: JobHandle<'reclaim'>,
  row: ReclaimedDomain,
  rows: ReclaimRows,
  balloons: Balloons,
  by: string,
  show: () => void,
): Promise<boolean> {
  // A stage before it may have taken minutes.
  checkAgain(row, rows, balloons)
  if (row.state !== 'waiting') return true
  const { host, uuid, name } = row
  try {
    const shrink = balloons.beginShrink(host, uuid, {
      targetKiB: row.targetKiB,
      affects: 'live',
      pace: 'steps',
      force: false,
      by,
    })
    if (!shrink) {
      rows.change(row, { state: 'skipped', why: 'at-floor' })
      return true
    }
    rows.change(row, { state: 'giving', resizeId: shrink.resize.id })
    rows.keep()
    const ended = await shrink.carryOut({
      signal: job.signal,
      onLook: (resize) => {
        const state = resize.phase === 'going-back' ? 'going-back' : 'giving'
        if (resize.actualKiB === row.actualKiB && state === row.state) return
        rows.change(row, { actualKiB: resize.actualKiB, state })
        show()
      },
    })
    const { status, cause, actualKiB } = ended
    if (status === 'reached') {
      rows.change(row, { state: 'gave', actualKiB })
      return true
    }
    const pressed = status === 'turned-back'
    const ownCause =
      status === 'superseded' || status === 'cancelled' || status === 'interrupted'
        ? status
        : null
    rows.change(row, { state: 'stopped', actualKiB, cause: cause ?? ownCause })
    if (pressed) {
      rows.stop(name)
      job.log(`${name} on ${host} turned back (${cause ?? 'pressure'})`, 'warn')
    }
    return !pressed
  } catch (error) {
    const reason = wordsOf(error)
    rows.change(row, { state: 'failed', reason })
    job.log(`${name} on ${host}: ${reason}`, 'error')
    return true
  } finally {
    rows.keep()
    show()
  }
}

/** Gives all domains of a reclaim back what they had before it, but for those changed since. */
export async function runUndo(
  job: JobHandle<'reclaim-undo'>,
  detail: ReclaimDetail,
  balloons: Balloons,
  by: string,
): Promise<JobResult<'reclaim-undo'>> {
  const touched = detail.domains.filter(({ resizeId }) => resizeId !== null)
  const rows = new ReclaimRows(job, {
    ...detail,
    stoppedBy: null,
    domains: touched.map((row) => ({
      ...row,
      state: 'waiting',
      cause: null,
      why: null,
      reason: null,
    })),
  })
  job.plan(['restore'])
  let restored = 0
  await job.step('restore', async (step) => {
    const waiting = [...rows.rows]
    const next = async (): Promise<void> => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        job.signal.throwIfAborted()
        if (await restoreOne(job, row, rows, balloons, by)) restored++
        step.progress({
          done: rows.rows.length - waiting.length,
          total: rows.rows.length,
          unit: 'count',
        })
      }
    }
    await Promise.all(Array.from({ length: restoredAtATime }, next))
  })
  const failed = rows.rows.filter(({ state }) => state === 'failed')
  const [first] = failed
  if (first) {
    throw new ProblemError('conflict', {
      host: first.host,
      detail: `${failed.length} of ${rows.rows.length} domains did not get their memory back; ${first.name}: ${first.reason ?? ''}`,
      remedy:
        'Mend what is named there and undo once more: those that have it already are left alone.',
    })
  }
  return { restored }
}

async function restoreOne(
  job: JobHandle<'reclaim-undo'>,
  row: ReclaimedDomain,
  rows: ReclaimRows,
  balloons: Balloons,
  by: string,
): Promise<boolean> {
  const { host, uuid, name, fromKiB } = row
  const facts = balloons.facts(host, uuid)
  if (!facts) {
    rows.change(row, {
      state: 'failed',
      reason: 'The domain does not exist on this host any more',
    })
    return false
  }
  if (facts.nowKiB === null || facts.state === 'shut-off') {
    // Its next start gives it what its config says.
    rows.change(row, { state: 'skipped', why: 'not-running', actualKiB: null })
    return false
  }
  if (facts.nowKiB >= fromKiB) {
    rows.change(row, { state: 'back', actualKiB: facts.nowKiB })
    return false
  }
  const newest = balloons.resizeOf(host, uuid)
  if (newest && newest.id !== row.resizeId && newest.by !== by) {
    rows.change(row, { state: 'skipped', why: 'changed-since', actualKiB: facts.nowKiB })
    return false
  }
  try {
    rows.change(row, { state: 'going-back', actualKiB: facts.nowKiB })
    const { actualKiB, status } = await balloons.grow(host, uuid, fromKiB, by, job.signal)
    const there = status === 'reached'
    rows.change(row, {
      state: there ? 'back' : 'failed',
      actualKiB,
      reason: there ? null : 'The guest did not take its memory back',
    })
    job.log(`${name} on ${host} has ${Math.round(actualKiB / 1024)} MiB again`)
    return there
  } catch (error) {
    rows.change(row, { state: 'failed', reason: wordsOf(error) })
    job.log(`${name} on ${host}: ${wordsOf(error)}`, 'error')
    return false
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
