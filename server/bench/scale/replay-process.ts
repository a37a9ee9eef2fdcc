import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { RecordedAnswer } from './recording.ts'
import { ReplayHost } from './replay-host.ts'

/*
 * The far side of the scale bench as a process of its own, so that its CPU does not count as Ballast's:
 * replay-process.ts FOLDER RECORDING HOSTS DOMAINS. Says `ready`, and its sweeps whenever it is asked.
 */
const [folder = '', file = '', hosts = '', domains = ''] = process.argv.slice(2)
// Written by the bench itself a moment ago.
const recording = JSON.parse(readFileSync(file, 'utf8')) as RecordedAnswer[]

const replayed: ReplayHost[] = []
for (let number = 1; number <= Number(hosts); number++) {
  const host = new ReplayHost(recording, number, Number(domains))
  await host.listen(join(folder, `${number}.sock`))
  replayed.push(host)
}

process.on('message', () => process.send?.(replayed.map((host) => host.sweeps.splice(0))))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
