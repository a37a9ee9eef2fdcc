import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { readRecordedHost, RecordedHostError } from './recorded-host.ts'
import { fakeHost } from './testing/hosts.ts'

let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ballast-recorded-'))
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  const { capabilitiesXml, domainCapabilities } = fakeHost()
  put('host.json', JSON.stringify({ uri: 'qemu:///system', hypervisorVersion: 8_002_000 }))
  put('capabilities.xml', capabilitiesXml)
  put('domcapabilities/default.xml', domainCapabilities.default ?? '')
  put('domains/one.xml', '<domain id="3"><name>one</name><uuid>u-1</uuid></domain>')
  put(
    'pools/a%2Fb.xml',
    "<pool type='dir'><name>a/b</name><capacity unit='GiB'>2</capacity><available>5</available><target><path>/p</path></target></pool>",
  )
  put(
    'volumes/a%2Fb/x%25.xml',
    "<volume type='file'><name>x%</name><capacity unit='MiB'>3</capacity><target><path>/p/x%</path><format type='raw'/></target><backingStore><path>/p/base</path></backingStore></volume>",
  )
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a recorded host', () => {
  test('is read with names that were encoded and sizes in bytes', () => {
    const facts = readRecordedHost(directory)
    expect(facts.domains).toMatchObject([{ name: 'one', uuid: 'u-1', running: true }])
    expect(facts.pools).toMatchObject([
      { name: 'a/b', capacityBytes: 2 * 1024 ** 3, availableBytes: 5, targetPath: '/p' },
    ])
    expect(facts.pools[0]?.volumes).toEqual([
      {
        name: 'x%',
        path: '/p/x%',
        type: 'file',
        format: 'raw',
        capacityBytes: 3 * 1024 ** 2,
        allocationBytes: 0,
        backingPath: '/p/base',
        backingFormat: null,
      },
    ])
  })

  test('that is none is refused with its path', () => {
    expect(() => readRecordedHost('/nowhere')).toThrow(RecordedHostError)
    expect(() => readRecordedHost('/nowhere')).toThrow('/nowhere/host.json')
  })
})

/** The CLI as a process: what it prints where, and how it ends. */
function virtInstall(...words: string[]) {
  const cli = join(import.meta.dirname, '../cli.mjs')
  const all = [cli, 'virt-install', '--recorded-host', directory, '--', ...words]
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, all, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('ballast virt-install', { timeout: 120_000 }, () => {
  const line = ['--osinfo', 'generic', '--memory', '64', '--disk', 'none', '--pxe']

  test('prints both documents, or the one that was asked for', async () => {
    const both = await virtInstall(...line, '--print-xml')
    expect(both).toMatchObject({ code: 0, stderr: '' })
    expect(both.stdout.match(/<domain /g)).toHaveLength(2)
    const second = await virtInstall(...line, '--print-step', '2')
    expect(second.stdout.match(/<domain /g)).toHaveLength(1)
    expect(second.stdout).not.toContain('on_reboot')
  })

  test('ends as virt-install does', async () => {
    const dry = await virtInstall(...line, '--dry-run')
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Using default --name .*\nDry run completed successfully\n$/,
      ),
    })
    const step = await virtInstall(...line, '--print-xml', '7')
    expect(step.code).toBe(1)
    expect(step.stderr).toBe(
      "ERROR    Unknown XML step request '7', must be 1, 2, or all\n",
    )
    const unknown = await virtInstall('--frobnicate', '3')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('unrecognized arguments: --frobnicate 3')
    expect((await virtInstall(...line)).code).toBe(1)
  })

  test('lists what an option takes', async () => {
    const { stdout, code } = await virtInstall('--disk', 'help')
    expect(code).toBe(0)
    expect(stdout).toContain('\n  source.host[0-9]*.name\n')
  })
})
