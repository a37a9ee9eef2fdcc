import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { getLab } from '../../../e2e/lab/index.ts'
import { recordHost } from '../../creation/record-host.ts'
import { loadOsDatabase } from '../../osinfo/load.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { buildDomain } from '../../virtinst/build-domain.ts'
import { parseCommandLine } from '../../virtinst/command-line.ts'
import { readRecordedHost } from '../../virtinst/recorded-host.ts'
import { figure, limit, median, type Figure, type Suite } from '../figures.ts'

const run = promisify(execFile)

/** The line that the project began with, without its CD: both know it everywhere. */
const line =
  '--name martins3 --osinfo linux2020 --memory 1024 --vcpus=2,maxvcpus=4 --cpu host-model --disk none --network user --import --print-xml'

const cli = join(import.meta.dirname, '../../cli.mjs')
const processes = 15
const lines = 400
const serverLimitMs = 5

/**
 * One line to XML: as a process beside Debian's virt-install, which talks to libvirt's test driver and
 * so to nobody; and in a running server, where what a host said is known already.
 */
export const virtInstallSuite: Suite = {
  name: 'virt-install',
  title: 'a line to XML, against the real virt-install',
  packages: ['virtinst', 'osinfo-db'],
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-virt-install-'))
    try {
      say('recording host alpha of the lab')
      const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
      await recordHost(getLab().host('alpha').uri, folder, openTransport)
      return [...(await asProcess(folder)), await inServer(folder)]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function asProcess(folder: string): Promise<Figure[]> {
  const words = line.split(' ')
  const ours: number[] = []
  const theirs: number[] = []
  for (let at = 0; at < processes; at++) {
    ours.push(
      await timed('node', [cli, 'virt-install', '--recorded-host', folder, '--', ...words]),
    )
    const connect = ['--connect', 'test:///default', '--dry-run']
    theirs.push(await timed('virt-install', [...connect, ...words]))
  }
  const against = { name: 'virt-install', value: median(theirs) }
  return [figure('whole process', 'ms', median(ours), against, { atMost: 1 / 3 })]
}

async function timed(program: string, words: readonly string[]): Promise<number> {
  const start = performance.now()
  const { stdout } = await run(program, [...words])
  if (!stdout.includes('<name>martins3</name>')) throw new Error(`${program} gave no XML`)
  return performance.now() - start
}

async function inServer(folder: string): Promise<Figure> {
  const facts = readRecordedHost(folder)
  const { database } = await loadOsDatabase()
  const took: number[] = []
  for (let at = 0; at < lines; at++) {
    const start = performance.now()
    buildDomain(parseCommandLine(line), {
      facts,
      osDatabase: database,
      randomBytes: (count) => randomBytes(count),
    })
    took.push(performance.now() - start)
  }
  return figure('a line in the server', 'ms', median(took), limit(serverLimitMs), {
    atMost: 1,
  })
}
