import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

import { describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { parseDomainNuma } from '../libvirt/domain-numa-xml.ts'
import { parseXml } from '../libvirt/xml.ts'
import { placementXml, virtInstallOptions } from './placement-xml.ts'

const GiB = 2 ** 20
const even = { id: 0, cpus: [0, 2, 4, 6], availableKiB: GiB }
const odd = { id: 1, cpus: [1, 3, 5, 7], availableKiB: GiB }
const cases = [
  ['one cell', { size: { vcpus: 2, memoryKiB: GiB, pageKiB: null }, cells: [odd] }],
  ['split', { size: { vcpus: 3, memoryKiB: 2 * GiB, pageKiB: null }, cells: [even, odd] }],
  ['huge pages', { size: { vcpus: 2, memoryKiB: GiB, pageKiB: 2048 }, cells: [even, odd] }],
] as const

const numaOf = (xml: string) => parseDomainNuma(parseXml(xml, 'domain'))
const name = 'numa-advice-test'

describe.each(cases)('advice for %s', (_what, text) => {
  const advised = numaOf(`<domain>${placementXml(text)}</domain>`)

  test('libvirt takes the XML and keeps what it says', async () => {
    const host = getLab().host('gamma')
    await host.virsh('undefine', name).catch(() => undefined)
    try {
      await host.define(`<domain type='qemu'><name>${name}</name>
        <memory unit='KiB'>${text.size.memoryKiB}</memory>${placementXml(text)}
        <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`)
      expect(numaOf(await host.virsh('dumpxml', name))).toEqual(advised)
    } finally {
      await host.virsh('undefine', name).catch(() => undefined)
    }
  })

  // Not a package of the lab: where it is, it is held against.
  test.skipIf(!existsSync('/usr/bin/virt-install'))(
    'the real virt-install makes the same of its options',
    async () => {
      const line = [
        'virt-install --connect test:///default --name advised --disk none --import',
        '--osinfo generic --print-xml --dry-run',
        virtInstallOptions(text),
      ].join(' ')
      const { stdout } = await promisify(execFile)('sh', ['-c', line], { timeout: 60_000 })
      expect(numaOf(stdout)).toEqual(advised)
      expect(stdout).toContain(`<memory>${text.size.memoryKiB}</memory>`)
    },
  )
})
