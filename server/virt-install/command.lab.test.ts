// One file because all of it goes through the same pair of programs and the same way to compare them.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { kernelBasics } from '../../e2e/lab/guest-xml.ts'
import { getLab } from '../../e2e/lab/index.ts'
import { shellWord } from '../contract/virsh-line.ts'
import { writeIso } from '../iso9660/write-iso.ts'

/*
 * The command line makes domains on a real host. Where Debian's virt-install is there, both are given
 * the same line on the same host, and what they say, how they end and what they leave is compared. Long,
 * because all of it shares one host, one name and the two programs, and lab files run one after the other.
 */
const host = getLab().host('alpha')
const program = '/usr/bin/virt-install'
/** The host's kernel and initrd, by a way that this machine has to them. */
const image = host.libvirtSocket.replace('/run/libvirt/libvirt-sock', '/srv/lab')
const data = mkdtempSync(join(tmpdir(), 'ballast-vi-'))
let name = ''

beforeEach(() => {
  name = `vi-${randomUUID().slice(0, 8)}`
})
afterEach(() => removeAll(name))
afterAll(() => rmSync(data, { recursive: true, force: true }))

/** Whatever a test left of its domain. */
async function removeAll(domain: string) {
  await host.exec(
    'sh',
    '-c',
    `virsh destroy ${domain}; virsh undefine ${domain} --nvram --remove-all-storage; rm -f /var/lib/libvirt/images/${domain}.*; virsh pool-refresh default; true`,
  )
}

interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

interface Running {
  child: ChildProcess
  ended: Promise<Ran>
  /** Resolves once it has said this on stdout. */
  said(text: string): Promise<void>
}

function begin(
  command: string,
  args: readonly string[],
  more: { path?: string; stdin?: 'pipe' } = {},
): Running {
  const { path = '', stdin = 'ignore' } = more
  const PATH = `${path}:${process.env['PATH']}`
  const env = { ...process.env, PATH, BALLAST_DATA_DIR: data, DISPLAY: '' }
  const child = spawn(command, args, { env, stdio: [stdin, 'pipe', 'pipe'] })
  const ran: Ran = { code: null, stdout: '', stderr: '' }
  child.stdout?.on('data', (text) => (ran.stdout += text))
  child.stderr?.on('data', (text) => (ran.stderr += text))
  const ended = new Promise<Ran>((resolve) =>
    child.once('close', (code) => resolve({ ...ran, code })),
  )
  const said = (text: string) =>
    vi.waitFor(() => expect(ran.stdout).toContain(text), { timeout: 60_000 })
  return { child, ended, said }
}

const cli = join(import.meta.dirname, '../cli.mjs')
const beginOurs = (args: readonly string[]) =>
  begin(process.execPath, [cli, 'virt-install', '--connect', host.uri, '--', ...args])
const ours = (args: readonly string[]) => beginOurs(args).ended
const theirs = (args: readonly string[]) =>
  begin(program, ['--connect', host.virshUri, ...args]).ended

const common = () => [
  ...`--name ${name} --memory 128 --osinfo linux2020 --virt-type qemu`.split(' '),
  ...'--network none --graphics none'.split(' '),
]
/** Boots the lab's own kernel, as the domain stays. */
const kernel = () => [
  '--import',
  '--boot',
  `kernel=/srv/lab/vmlinuz,initrd=/srv/lab/initrd.gz,kernel_args="console=ttyS0 ${kernelBasics} lab.name=${name} lab.workload=0,0,0,0"`,
]
const disk = ['--disk', 'size=0.125']
/** Firmware that only boots what Microsoft's keys have signed. */
const secureBoot = ['secure-boot', 'enrolled-keys']
  .map(
    (feature, at) =>
      `firmware.feature${at}.name=${feature},firmware.feature${at}.enabled=yes`,
  )
  .join(',')
const state = async () => (await host.virsh('domstate', name)).trim()

/** Words without what each calls the host, and without the time that something took. */
const words = (text: string) =>
  text
    .replaceAll(/--connect \S+/g, '--connect URI')
    .replaceAll(/ +\|.*$/gm, '')
    .replaceAll('\r', '')

/** A domain without what differs from one making to the next. */
const settled = (xml: string) =>
  xml
    .replaceAll(/<uuid>.*<\/uuid>/g, '<uuid/>')
    .replaceAll(/<mac address='[^']*'\/>/g, '<mac/>')
    .replaceAll(/ id='\d+'/g, '')
    .replaceAll(/\/dev\/pts\/\d+/g, '/dev/pts/N')
    .replaceAll(/domain-\d+-/g, 'domain-N-')
    .replaceAll(/<label>.*<\/label>|<imagelabel>.*<\/imagelabel>/g, '')

async function whatIsThere() {
  const there = await host.virsh('dominfo', name).then(
    () => true,
    () => false,
  )
  if (!there) return null
  const info = await host.virsh('dominfo', name)
  return {
    state: await state(),
    info: info.match(/(Persistent|Autostart):.*/g),
    live: settled(await host.virsh('dumpxml', name)),
    inactive: settled(await host.virsh('dumpxml', name, '--inactive')),
    volumes: (await host.virsh('domblklist', name)).trim(),
  }
}

describe.skipIf(!existsSync(program))('beside the real virt-install', () => {
  test.each<[string, () => string[]]>([
    ['boots at once', () => [...disk, ...kernel(), '--noautoconsole']],
    ['waits for nothing', () => [...disk, '--pxe', '--noautoconsole', '--autostart']],
    ['says how to start', () => [...disk, ...kernel(), '--noreboot', '--noautoconsole']],
    ['transient', () => ['--disk', 'none', ...kernel(), '--transient', '--noautoconsole']],
    ['--wait 0', () => [...disk, '--pxe', '--wait', '0']],
    [
      'a raw disk',
      () => ['--disk', 'size=0.125,format=raw,sparse=no', ...kernel(), '--noautoconsole'],
    ],
    [
      'libvirt refuses',
      () => [...disk, ...kernel(), '--noautoconsole', '--xml', './devices/emulator=/nope'],
    ],
    ['no size', () => ['--disk', '/var/lib/libvirt/images/vi-none.img', ...kernel()]],
    ['UEFI', () => [...disk, '--import', '--boot', 'uefi', '--noautoconsole']],
    [
      'secure boot',
      () => [...disk, '--import', '--boot', `uefi,${secureBoot}`, '--noautoconsole'],
    ],
    [
      'firmware that libvirt chooses',
      () => [
        ...disk,
        '--import',
        '--boot',
        `firmware=efi,${secureBoot}`,
        '--noautoconsole',
      ],
    ],
    [
      'firmware by its path',
      () => [
        ...disk,
        '--import',
        '--boot',
        'loader=/usr/share/OVMF/OVMF_CODE_4M.fd,loader.readonly=yes,loader.type=pflash,nvram.template=/usr/share/OVMF/OVMF_VARS_4M.fd',
        '--noautoconsole',
      ],
    ],
    [
      'a TPM',
      () => [...disk, ...kernel(), '--tpm', 'emulator,model=tpm-tis', '--noautoconsole'],
    ],
    ['quiet', () => [...disk, ...kernel(), '--noautoconsole', '--quiet']],
  ])(
    '%s',
    async (_what, more) => {
      const line = [...common(), ...more()]
      const real = await theirs(line)
      const realThere = await whatIsThere()
      await removeAll(name)
      const own = await ours(line)
      const ownThere = await whatIsThere()
      expect(words(own.stdout)).toBe(words(real.stdout))
      expect(words(own.stderr)).toBe(words(real.stderr))
      expect(own.code).toBe(real.code)
      expect(differences(ownThere, realThere)).toEqual([])
    },
    120_000,
  )

  test('a name that is in use', async () => {
    const line = ['--name', 'web1', ...common().slice(2), '--disk', 'none', '--import']
    const [real, own] = [await theirs(line), await ours(line)]
    expect(own.code).toBe(1)
    expect(words(own.stdout)).toBe(words(real.stdout))
    expect(words(own.stderr)).toBe(words(real.stderr))
  }, 60_000)
})

describe.skipIf(!existsSync(program))('refuses as the real virt-install', () => {
  test.each([
    '--import --disk /srv',
    '--import --disk /srv --print-xml',
    '--import --disk /dev/nope',
    '--import --disk /dev/nope,size=1',
    '--import --disk /nodir/x.img,size=1',
    '--import --disk /,size=1',
    '--import --disk vol=default/',
    '--import --disk size=-1',
    '--import --disk size=1,format=foo',
    '--import --disk size=1,format=foo --dry-run',
    '--import --disk size=1,backing_store=/nope',
    '--import --disk size=9999999',
    '--import --disk none --cloud-init user-data=/missing',
    '--import --disk none --cloud-init user-data=/missing --dry-run',
    '--import --disk none --cloud-init meta-data=/srv --print-xml',
    '--import --disk none --cloud-init root-ssh-key=/missing',
    '--disk none --install kernel=/missing,initrd=/missing',
    '--disk none --install kernel=/usr --print-xml',
    '--disk none --cdrom /nodir/x.iso',
    '--disk none --cdrom /var/lib/libvirt/images/x.iso',
    '--disk none --cdrom nope.iso',
    '--disk none --cdrom /dev/nope',
    '--disk none --cdrom /srv',
    '--disk none',
    '--disk none --boot hd --dry-run',
    '--disk none --import --autoconsole none --autoconsole foo',
    '--disk none --import --transient --autostart',
    '--disk none --import --osinfo detect=maybe',
    '--disk none --import --osinfo name=frobos',
    '--disk none --import --xml foo',
    '--disk none --import --serial pty,xpath.set=foo',
  ])(
    '%s',
    async (line) => {
      const argv = [...common(), '--noautoconsole', ...line.split(' ')]
      const pools = await host.virsh('pool-list', '--all', '--name')
      const real = await theirs(argv)
      // It makes a pool of each folder that a line names.
      for (const pool of (await host.virsh('pool-list', '--all', '--name')).split('\n'))
        if (!pools.split('\n').includes(pool))
          await host.exec(
            'sh',
            '-c',
            `virsh pool-destroy ${pool}; virsh pool-undefine ${pool}`,
          )
      await removeAll(name)
      const own = await ours(argv)
      expect(modern(words(own.stderr))).toBe(modern(words(real.stderr)))
      if (!line.includes('--print-xml')) expect(words(own.stdout)).toBe(words(real.stdout))
      expect(own.code).toBe(real.code)
      expect(await host.virsh('pool-list', '--all', '--name')).toBe(pools)
    },
    60_000,
  )

  test('an xpath that nothing can be written at is an error in words', async () => {
    const ran = await ours([...common(), '--import', '--disk', 'none', '--xml', './@@=1'])
    expect(ran.stderr).toContain('ERROR    ./@@: only elements, attributes')
    expect(ran.code).toBe(1)
  })
})

/** As 5.1.0 says what Debian's 4.1.0 says of `--osinfo`. */
const modern = (text: string) => text.replaceAll('Error: --os-variant', 'Error: --osinfo')

/** Where two results differ, but for the CPU: 4.1.0 leaves that of an emulated guest alone. */
function differences(
  own: Awaited<ReturnType<typeof whatIsThere>>,
  real: Awaited<ReturnType<typeof whatIsThere>>,
) {
  const plain = (xml: string) =>
    xml.replaceAll(/\s*(?:<cpu [^>]*\/>|<cpu [\s\S]*?<\/cpu>)/g, '').split('\n')
  if (!own || !real) return own === real ? [] : [{ own, real }]
  const lines = (['live', 'inactive'] as const).flatMap((which) => {
    const [left, right] = [plain(own[which]), plain(real[which])]
    return [
      ...left.filter((line) => !right.includes(line)).map((line) => `+ ${line}`),
      ...right.filter((line) => !left.includes(line)).map((line) => `- ${line}`),
    ]
  })
  const rest = (['state', 'info', 'volumes'] as const).filter(
    (key) => JSON.stringify(own[key]) !== JSON.stringify(real[key]),
  )
  return [...lines, ...rest.map((key) => ({ key, own: own[key], real: real[key] }))]
}

describe.skipIf(!existsSync(program))('on a terminal', () => {
  const escape = 'Escape character is'
  const detach = '\u001D'

  /** virsh takes no `known_hosts` out of a URI: its ssh is given the lab's. */
  function sshOfLab(): string {
    const folder = mkdtempSync(join(data, 'bin-'))
    const known = new URL(host.uri).searchParams.get('known_hosts')
    const text = `#!/bin/sh\nexec /usr/bin/ssh -o UserKnownHostsFile=${known} "$@"\n`
    writeFileSync(join(folder, 'ssh'), text, { mode: 0o755 })
    return folder
  }

  /** Runs it on a pseudo terminal of its own. */
  function onTerminal(command: string, args: readonly string[]) {
    // Without exec a shell would stay in between, and Ctrl+C would decide its own exit status.
    const line = `exec ${[command, ...args].map(shellWord).join(' ')}`
    const more = { path: sshOfLab(), stdin: 'pipe' } as const
    const running = begin('script', ['-qefc', line, '/dev/null'], more)
    return { ...running, type: (text: string) => running.child.stdin?.write(text) }
  }
  const both = [
    [program, ['--connect', host.virshUri]],
    [process.execPath, [cli, 'virt-install', '--connect', host.uri, '--']],
  ] as const

  test.each<[string, string, (at: ReturnType<typeof onTerminal>) => Promise<unknown>]>([
    ['the console is left', '--pxe', async (at) => at.type(detach)],
    ['the guest goes in the console', '--pxe', () => host.virsh('destroy', name)],
    ['an imported one is left', '--import', async (at) => at.type(detach)],
    [
      'an imported one is left and destroyed',
      '--import --destroy-on-exit',
      async (at) => at.type(detach),
    ],
    [
      'the console comes before the waiting',
      '--pxe --wait 1',
      async (at) => {
        at.type(detach)
        await at.said('Waiting 1 minute')
        await host.virsh('destroy', name)
      },
    ],
    [
      'there is no viewer',
      '--import --graphics vnc --autoconsole graphical',
      async () => {},
    ],
  ])(
    '%s',
    async (_what, more, act) => {
      const line = [...common(), '--disk', 'none', ...more.split(' ')]
      const seen = []
      for (const [command, args] of both) {
        const at = onTerminal(command, [...args, ...line])
        await at.said(more.includes('graphical') ? 'Error launching' : escape)
        await act(at)
        const ran = await at.ended
        const said = words(ran.stdout).replaceAll(
          /'--connect', '[^']*'/g,
          "'--connect', 'URI'",
        )
        seen.push({ said, code: ran.code, state: await state() })
        await removeAll(name)
      }
      const [real, own] = seen
      expect(own).toEqual(real)
    },
    120_000,
  )

  test('Ctrl+C takes back what was made, over the connection that is still there', async () => {
    const [, [command, args]] = both
    const line = '--disk size=2,sparse=no,format=raw --pxe --noautoconsole'.split(' ')
    const at = onTerminal(command, [...args, ...common(), ...line])
    await at.said('Starting install...')
    const file = `/var/lib/libvirt/images/${name}.img`
    await vi.waitFor(() => host.exec('test', '-e', file), { timeout: 30_000, interval: 20 })
    at.type('\u0003')
    const ran = await at.ended
    expect(ran.stdout).toContain('Domain install interrupted.')
    expect(ran.stdout).not.toContain('Could not be removed')
    expect(ran.code).toBe(0)
    expect(await host.exec('sh', '-c', `ls ${file} 2>&1; true`)).toContain('No such file')
  }, 60_000)
})

describe('waiting', () => {
  test('until the installation is over, then the domain runs as it stays', async () => {
    const installing = beginOurs([
      ...common(),
      ...disk,
      '--install',
      `kernel=${image}/vmlinuz,initrd=${image}/initrd.gz,kernel_args="console=ttyS0 ${kernelBasics} lab.name=${name} lab.workload=0,0,0,0",kernel_args_overwrite=yes`,
      ...'--noautoconsole --wait -1'.split(' '),
    ])
    await installing.said('Waiting for the installation to complete.')
    const first = (await host.virsh('domid', name)).trim()
    expect(await host.virsh('dumpxml', name)).toContain('<on_reboot>destroy')
    const ask = setInterval(
      () => void host.virsh('shutdown', name).catch(() => undefined),
      2_000,
    )
    const ran = await installing.ended.finally(() => clearInterval(ask))
    expect(ran.stdout).toMatch(
      /Domain has shutdown. Continuing.\nDomain creation completed.\nRestarting guest.\n$/,
    )
    expect(ran.code).toBe(0)
    expect(await state()).toBe('running')
    expect((await host.virsh('domid', name)).trim()).not.toBe(first)
    expect(await host.virsh('dumpxml', name)).not.toContain('<kernel>')
  }, 120_000)

  test('a guest that somebody stops is not started again', async () => {
    const installing = beginOurs([
      ...common(),
      ...disk,
      '--pxe',
      '--noautoconsole',
      '--wait',
    ])
    await installing.said('Waiting for the installation to complete.')
    await host.virsh('destroy', name)
    const ran = await installing.ended
    expect(ran.stdout).toMatch(/User stopped the VM. Not rebooting.\n$/)
    expect(ran.code).toBe(0)
    expect(await state()).toBe('shut off')
  }, 60_000)

  test('Ctrl+C while it waits leaves the guest to itself', async () => {
    const installing = beginOurs([
      ...common(),
      ...disk,
      '--pxe',
      '--noautoconsole',
      '--wait',
    ])
    await installing.said('Waiting for the installation to complete.')
    installing.child.kill('SIGINT')
    const ran = await installing.ended
    expect(ran.stderr).toContain('Installation aborted at user request')
    expect(ran.code).toBe(0)
    expect(await state()).toBe('running')
  }, 60_000)

  test('Ctrl+C before it runs takes back what was made', async () => {
    const making = beginOurs([
      ...common(),
      ...'--disk size=2,sparse=no,format=raw --pxe --noautoconsole'.split(' '),
    ])
    await making.said('Starting install...')
    // The volume is there as soon as libvirt begins to fill it.
    const file = `/var/lib/libvirt/images/${name}.img`
    await vi.waitFor(() => host.exec('test', '-e', file), { timeout: 30_000, interval: 20 })
    making.child.kill('SIGINT')
    const ran = await making.ended
    expect(ran.stderr).toContain('Domain install interrupted.')
    expect(ran.stdout).toContain(`Removing disk '${name}.img'`)
    expect(ran.code).toBe(0)
    expect(await host.exec('sh', '-c', `ls ${file} 2>&1; true`)).toContain('No such file')
    expect(await host.virsh('list', '--all', '--name')).not.toContain(name)
  }, 60_000)
})

test('a kernel finds UEFI with secure boot and its TPM', async () => {
  const log = `/var/log/libvirt/qemu/${name}-serial.log`
  const [first, second, line] = kernel()
  try {
    const ran = await ours([
      ...common(),
      // The firmware itself takes 100 MiB.
      ...'--memory 256 --disk none'.split(' '),
      ...[first, second, `uefi,${secureBoot},${line?.replace('quiet ', '')}`].map(String),
      ...`--serial pty,log.file=${log} --tpm emulator --noautoconsole`.split(' '),
    ])
    expect(ran.stderr).not.toContain('ERROR')
    expect(ran.code).toBe(0)
    await vi.waitFor(() => host.exec('grep', '-q', `LAB-READY ${name}`, log), {
      timeout: 120_000,
      interval: 500,
    })
    const said = await host.exec('cat', log)
    expect(said).toContain('UEFI Secure Boot is enabled')
    expect(said).toMatch(/efi: EFI v2/)
    expect(said).toMatch(/ACPI: TPM2 /)
    expect(await host.virsh('dumpxml', name)).toMatch(
      /<loader readonly='yes' secure='yes' type='pflash'>/,
    )
  } finally {
    await host.exec('rm', '-f', log)
  }
}, 180_000)

test('a kernel and an initrd of this machine are sent to the host, and go after the start', async () => {
  const ran = await ours([
    ...common(),
    ...disk,
    '--install',
    `kernel=${image}/vmlinuz,initrd=${image}/initrd.gz`,
    '--noautoconsole',
  ])
  expect(ran.stderr).not.toContain('ERROR')
  expect(ran.stdout).toMatch(/Transferring 'virtinst-\w{8}-vmlinuz'/)
  expect(ran.code).toBe(0)
  expect(await host.virsh('dumpxml', name)).toMatch(/<kernel>.*virtinst-\w{8}-vmlinuz/)
  expect(await host.exec('sh', '-c', 'ls /var/lib/libvirt/boot')).not.toContain('virtinst-')
}, 60_000)

test('--location with an image: its kernel boots the installer, and a reboot ends it', async () => {
  const folder = `/srv/isos-${name}`
  const iso = `${folder}/lab.iso`
  const here = host.libvirtSocket.replace('/run/libvirt/libvirt-sock', folder)
  mkdirSync(here)
  const content = (file: string) => readFileSync(join(image, file))
  const files = ['vmlinuz', 'initrd.gz'].map((file) => ({
    name: file,
    content: content(file),
  }))
  writeFileSync(join(here, 'lab.iso'), writeIso({ volumeId: 'LAB', files, atMs: 0 }))
  const log = `/var/log/libvirt/qemu/${name}-serial.log`
  try {
    const installing = beginOurs([
      ...common(),
      ...disk,
      '--location',
      `${iso},kernel=vmlinuz,initrd=initrd.gz`,
      '--extra-args',
      `console=ttyS0 ${kernelBasics} lab.name=${name} lab.workload=0,0,0,0`,
      '--serial',
      `pty,log.file=${log}`,
      ...'--noautoconsole --wait 5'.split(' '),
    ])
    await installing.said('Waiting 5 minutes for the installation to complete.')
    // What the host boots are the very bytes of the image, which is in the drive too.
    const xml = await host.virsh('dumpxml', name)
    expect(xml).toContain(`<source file='${iso}'`)
    for (const [tag, file] of [
      ['kernel', 'vmlinuz'],
      ['initrd', 'initrd.gz'],
    ] as const) {
      const path = new RegExp(`<${tag}>(.*)</${tag}>`).exec(xml)?.[1] ?? ''
      const [sum] = (await host.exec('sha256sum', path)).split(' ')
      expect(sum).toBe(createHash('sha256').update(content(file)).digest('hex'))
    }
    await vi.waitFor(() => host.exec('grep', '-q', `LAB-READY ${name}`, log), {
      timeout: 60_000,
      interval: 500,
    })
    // QEMU sees a writer on its terminal once a second.
    const reboot = `exec 3<>$(virsh ttyconsole ${name}); while virsh domstate ${name} | grep -q running; do echo 'reboot -f' >&3; sleep 1; [ -e /tmp/${name}-off ] && break; done`
    const rebooting = host.exec('sh', '-c', reboot).catch(() => '')
    const ran = await installing.ended
    await host.exec('touch', `/tmp/${name}-off`)
    await rebooting
    expect(ran.stdout).toMatch(
      /Domain has shutdown. Continuing.\nDomain creation completed.\nRestarting guest.\n$/,
    )
    expect(ran.code).toBe(0)
    const final = await host.virsh('dumpxml', name)
    expect(final).not.toMatch(/<kernel>|<on_reboot>destroy|lab\.iso/)
    expect(final).toContain("<boot dev='hd'/>")
    expect(await state()).toBe('running')
    expect(await host.exec('sh', '-c', 'ls /var/lib/libvirt/boot')).not.toContain(
      'virtinst-',
    )
  } finally {
    await host.exec('rm', '-rf', folder, log, `/tmp/${name}-off`)
  }
}, 180_000)
