import { migrationDetail } from '../../contract/migration.ts'
import { LabMoves } from './lab-moves.ts'

/*
 * Ballast's moves in a process of their own, to be killed: starts one, prints `JOB id`, each new phase,
 * and `HELD` when it stands before the call that was named.
 *
 *   move-child.ts DIR FROM TO GUEST OPTIONS [CALL]
 */
const [dir, from, to, guest, options, hold] = process.argv.slice(2)
if (!dir || !from || !to || !guest) throw new Error('DIR FROM TO GUEST [OPTIONS [CALL]]')

const say = (line: string) => process.stdout.write(`${line}\n`)

const lab = await new LabMoves([from, to], {
  dir,
  before: async (call) => {
    if (call !== hold) return
    say('HELD')
    await new Promise<never>(() => setInterval(() => undefined, 60_000))
  },
}).start()
const id = await lab.begin(guest, from, to, JSON.parse(options ?? '{}'))
say(`JOB ${id}`)
let last = ''
for (;;) {
  const { job } = lab.job(id)
  const phase = job.detail === null ? 'none' : migrationDetail.parse(job.detail).phase
  if (phase !== last) say(`PHASE ${phase}`)
  last = phase
  await new Promise((resolve) => setTimeout(resolve, 20))
}
