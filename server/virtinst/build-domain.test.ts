import { describe, expect, test } from 'vitest'

import { buildDomain } from './build-domain.ts'
import { parseCommandLine } from './command-line.ts'
import type { HostFacts } from './host-facts.ts'
import { VirtInstallError } from './model.ts'
import { contextOf, fakeHost, volume } from './testing/hosts.ts'
import { parseXml } from './xml/parse.ts'
import { findAll, get, type XmlElement } from './xml/tree.ts'

const build = (line: string, facts: HostFacts = fakeHost()) =>
  buildDomain(parseCommandLine(line), contextOf(facts))

const final = (line: string, facts?: HostFacts): XmlElement =>
  parseXml(build(line, facts).finalXml)

const refused = (line: string, facts?: HostFacts): VirtInstallError => {
  try {
    build(line, facts)
  } catch (error) {
    if (error instanceof VirtInstallError) return error
    throw error
  }
  throw new Error('it was not refused')
}

const kinds = (xml: XmlElement, path: string) =>
  findAll(xml, path).map((found) => get(found, '@type') ?? get(found, '@model'))

describe('defaults', () => {
  test('no vCPU is as many as the system wants', () => {
    const line = '--osinfo ark1 --memory 512 --disk none --import'
    expect(get(final(`${line} --vcpus 0`), 'vcpu')).toBe(get(final(line), 'vcpu'))
  })

  test('come from the operating system', () => {
    const { finalXml, storage, name } = build('--osinfo ark1 --import')
    const xml = parseXml(finalXml)
    expect(name).toBe('ark1')
    expect(get(xml, 'memory')).toBe(String(1536 * 1024))
    expect(get(xml, 'vcpu')).toBe('3')
    expect(get(xml, 'os/type/@machine')).toBe('q35')
    expect(get(xml, 'metadata/libosinfo:libosinfo/libosinfo:os/@id')).toBe(
      'http://example.org/ark/1',
    )
    expect(storage).toMatchObject([
      { kind: 'make-pool', pool: 'default', path: '/var/lib/libvirt/images' },
      { kind: 'make-volume', name: 'ark1.qcow2', capacityBytes: 12 * 1024 ** 3 },
    ])
  })

  test('without SPICE there is VNC and nothing that needs SPICE', () => {
    const xml = final('--osinfo ark1 --import --disk none', fakeHost({ graphics: ['vnc'] }))
    expect(kinds(xml, 'devices/graphics')).toEqual(['vnc'])
    expect(findAll(xml, 'devices/redirdev')).toEqual([])
    expect(findAll(xml, 'devices/sound')).toEqual([])
    expect(kinds(xml, 'devices/channel')).toEqual(['unix'])
    expect(get(xml, 'features/vmport/@state')).toBeUndefined()
  })

  test('Windows has its own clock, disk and Hyper-V', () => {
    const xml = final('--osinfo panes9 --memory 4096 --import --disk size=5')
    expect(get(xml, 'clock/@offset')).toBe('localtime')
    expect(get(xml, "clock/timer[@name='hypervclock']/@present")).toBe('yes')
    expect(get(xml, 'features/hyperv/spinlocks/@retries')).toBe('8191')
    expect(get(xml, 'features/hyperv/frequencies/@state')).toBeUndefined()
    expect(get(xml, 'devices/disk/target/@bus')).toBe('sata')
    expect(get(xml, 'devices/interface/model/@type')).toBe('e1000e')
    expect(findAll(xml, 'devices/memballoon')).toEqual([])
  })

  test('generic knows nothing: an old machine with old devices', () => {
    const xml = final('--osinfo generic --memory 64 --import --disk /srv/vm/web.qcow2')
    expect(get(xml, 'os/type/@machine')).toBe('pc-i440fx-8.2')
    expect(get(xml, 'devices/disk/target/@dev')).toBe('hda')
    expect(get(xml, 'devices/interface/model/@type')).toBe('e1000')
    expect(get(xml, 'metadata')).toBeUndefined()
    expect(get(xml, 'name')).toBe('vm1')
  })

  test('a taken name is numbered', () => {
    const domains = [{ name: 'ark1', uuid: '', xml: '<domain/>', running: false }]
    expect(build('--osinfo ark1 --import', fakeHost({ domains })).name).toBe('ark1-2')
  })

  test('UEFI brings a TPM where the host emulates one', () => {
    const line = '--osinfo ark1 --disk none --import --boot uefi'
    expect(get(final(line), 'os/@firmware')).toBe('efi')
    expect(get(final(line), 'devices/tpm/backend/@type')).toBe('emulator')
    expect(findAll(final(line, fakeHost({ tpm: false })), 'devices/tpm')).toEqual([])
  })

  test('none switches the default of its kind off', () => {
    const off = ['sound', 'rng', 'redirdev', 'input', 'channel', 'console', 'network']
    const line = off.map((name) => `--${name} none`).join(' ')
    const xml = final(`--osinfo ark1 --import --disk none ${line}`)
    for (const name of [...off.slice(0, -1), 'interface']) {
      expect(findAll(xml, `devices/${name}`), name).toEqual([])
    }
  })
})

describe('the install phase', () => {
  const line = '--osinfo ark1 --disk size=3 --cdrom /srv/vm/installer.iso'

  test('boots the CD first, and takes it out afterwards', () => {
    const plan = build(line)
    const first = parseXml(plan.installXml ?? '')
    const last = parseXml(plan.finalXml)
    expect(findAll(first, 'os/boot').map((boot) => get(boot, '@dev'))).toEqual([
      'cdrom',
      'hd',
    ])
    expect(get(first, 'on_reboot')).toBe('destroy')
    expect(get(first, 'devices/disk[2]/source/@file')).toBe('/srv/vm/installer.iso')
    expect(get(last, 'devices/disk[2]/source/@file')).toBeUndefined()
    expect(get(last, 'on_reboot')).toBeUndefined()
    expect(findAll(last, 'os/boot').map((boot) => get(boot, '@dev'))).toEqual(['hd'])
    expect(get(first, 'uuid')).toBe(get(last, 'uuid'))
    expect(get(first, 'devices/interface/mac/@address')).toBe(
      get(last, 'devices/interface/mac/@address'),
    )
  })

  test('knows an image by its labels', () => {
    const facts = fakeHost()
    const labels = { systemId: '', publisherId: '', applicationId: '' }
    const media = [{ path: '/srv/vm/installer.iso', volumeId: 'ARK_1', ...labels }]
    const detected = buildDomain(
      parseCommandLine('--cdrom /srv/vm/installer.iso'),
      contextOf({ ...facts, media }),
    )
    expect(detected.settled.osShortId).toBe('ark1')
    expect(refused('--cdrom /srv/vm/installer.iso').option).toBe('osinfo')
  })

  test('cloud-init has a medium of its own and no TPM in the first boot', () => {
    const plan = build('--osinfo ark1 --disk size=3 --cloud-init disable=on --boot uefi')
    const first = parseXml(plan.installXml ?? '')
    expect(plan.cloudInit?.userData).toMatchObject({ kind: 'made', disableAfterBoot: true })
    expect(get(first, "sysinfo/system/entry[@name='serial']")).toBe('ds=nocloud')
    expect(get(first, 'devices/disk[2]/source/@file')).toBe(plan.cloudInit?.path)
    expect(findAll(first, 'devices/tpm')).toEqual([])
    expect(findAll(parseXml(plan.finalXml), 'devices/tpm')).toHaveLength(1)
  })

  test('kernel and initrd of this machine are sent to the host', () => {
    const plan = build(
      '--osinfo ark1 --disk none --install kernel=/here/vmlinuz,initrd=/here/initrd -x console=ttyS0',
    )
    expect(plan.uploads.map(({ what, source }) => [what, source])).toEqual([
      ['kernel', '/here/vmlinuz'],
      ['initrd', '/here/initrd'],
    ])
    expect(get(parseXml(plan.installXml ?? ''), 'os/kernel')).toBe(plan.uploads[0]?.target)
    expect(get(parseXml(plan.installXml ?? ''), 'os/cmdline')).toBe('console=ttyS0')
  })
})

describe('storage', () => {
  test('a backing file makes an overlay', () => {
    const { storage } = build(
      '--osinfo ark1 --import --disk /srv/vm/new.qcow2,size=2,backing_store=/srv/vm/web.qcow2',
    )
    expect(storage).toMatchObject([
      {
        path: '/srv/vm/new.qcow2',
        backing: { path: '/srv/vm/web.qcow2', format: 'qcow2' },
      },
    ])
  })

  test('a disk of another domain is refused, unless that was asked for', () => {
    const xml =
      '<domain><devices><disk><source file="/srv/vm/web.qcow2"/></disk></devices></domain>'
    const domains = [{ name: 'other', uuid: '', xml, running: true }]
    const line = '--osinfo ark1 --import --disk /srv/vm/web.qcow2'
    const error = refused(line, fakeHost({ domains }))
    expect(error).toMatchObject({ option: 'disk', key: 'path', use: 2, exitCode: 1 })
    expect(error.message).toContain("already in use by other guests ['other']")
    expect(build(`${line} --check path_in_use=off`, fakeHost({ domains })).name).toBe(
      'ark1',
    )
  })

  test('also as the backing of what another domain has', () => {
    const xml =
      '<domain><devices><disk><source file="/srv/vm/top"/></disk></devices></domain>'
    const domains = [{ name: 'other', uuid: '', xml, running: true }]
    const volumes = [volume('top', { backingPath: '/srv/vm/base' }), volume('base')]
    const line = '--osinfo ark1 --import --disk /srv/vm/base'
    expect(refused(line, fakeHost({ domains, volumes })).message).toContain('other')
  })

  test('two new disks do not get the same name', () => {
    const { storage } = build(
      '--osinfo ark1 --import --disk pool=vm,size=1 --disk pool=vm,size=1',
    )
    expect(storage.map((step) => step.kind === 'make-volume' && step.name)).toEqual([
      'ark1.qcow2',
      'ark1-1.qcow2',
    ])
  })
})

describe('what was typed and what came by default', () => {
  test('is known of every piece of the XML', () => {
    const plan = build(
      '--osinfo ark1 --import --disk /srv/vm/web.qcow2,bus=scsi --memory 700',
    )
    const pieces = plan.provenance.final.flatMap(({ segments }) => segments)
    const by = (text: string) => pieces.find((piece) => piece.text.includes(text))?.origin
    expect(by('716800')).toMatchObject({ by: 'typed', option: 'memory', use: 3 })
    expect(by('bus="scsi"')).toMatchObject({
      by: 'typed',
      option: 'disk',
      key: 'target.bus',
    })
    expect(by('dev="sda"')).toEqual({ by: 'default' })
    expect(by('<vcpu')).toEqual({ by: 'default' })
    expect(plan.provenance.final.map(({ segments }) => segments.length).length).toBe(
      plan.finalXml.trimEnd().split('\n').length,
    )
  })
})

describe('refusals name option and key', () => {
  test.each([
    ['--osinfo ark1 --import --disk none --virt-type kvm', 'virt-type', ['qemu']],
    ['--osinfo nowhere --import', 'osinfo', ['qemu', 'kvm']],
    ['--osinfo ark1 --import --disk /srv/vm/none', 'disk', ['kvm']],
    ['--osinfo ark1 --import --memory 1G', 'memory', ['kvm']],
    ['--osinfo ark1 --import --boot menu=perhaps', 'boot', ['kvm']],
    ['--osinfo ark1 --cdrom /nowhere.iso', 'cdrom', ['kvm']],
    ['--osinfo ark1 --import --unattended', 'unattended', ['kvm']],
    ['--reinstall x --osinfo ark1', 'reinstall', ['kvm']],
    ['--osinfo ark1 --import --machine pc --launchSecurity sev', 'launchSecurity', ['kvm']],
  ])('%s', (line, option, types) => {
    expect(refused(line, fakeHost({ types })).option).toBe(option)
  })

  test('a host without KVM is a check with a way out', () => {
    const plan = build('--osinfo ark1 --import --disk none', fakeHost({ types: ['qemu'] }))
    expect(plan.settled.virtType).toBe('qemu')
    expect(plan.checks.map(({ code }) => code)).toContain('kvm_missing')
    expect(plan.warnings).toContain("KVM acceleration not available, using 'qemu'")
  })
})

describe('what is said besides', () => {
  const bare = '--osinfo ark1 --memory 4096 --disk none'

  test('what came by default', () => {
    expect(build('--osinfo ark1 --import').notes).toEqual([
      'Using default --name ark1',
      'Using ark1 default --memory 1536',
      'Using ark1 default --disk size=12',
    ])
    expect(build(`--name web ${bare} --import`).notes).toEqual([])
  })

  test('a network that surely offers no PXE', () => {
    const words = "The guest's network configuration may not support PXE"
    expect(build(`${bare} --pxe --network user`).warnings).toContain(words)
    expect(build(`${bare} --pxe --network none`).warnings).toContain(words)
    expect(build(`${bare} --pxe --network bridge=br0`).warnings).not.toContain(words)
    expect(build(`${bare} --import --network user`).warnings).not.toContain(words)
  })

  test('--osinfo with keys demands only what it says', () => {
    const line = '--memory 512 --disk none --import --osinfo'
    expect(build(`${line} detect=on`).settled.osShortId).toBe('generic')
    expect(refused(`${line} require=on`).message).toContain('OS name is required')
    const fatal = refused('--memory 512 --disk none --import')
    expect(fatal.option).toBe('osinfo')
    expect(fatal.message).toContain('This is now a fatal error')
    // Who asks for it knows why.
    expect(refused(`${line} require=on`).message).not.toContain('fatal')
    const { warnings } = buildDomain(
      parseCommandLine('--memory 512 --disk none --import'),
      {
        ...contextOf(fakeHost()),
        osMayBeMissing: true,
      },
    )
    expect(warnings).toContain(fatal.message)
    expect(warnings).toContainEqual(expect.stringMatching(/ set\. Skipping fatal error\.$/))
  })

  test('a system that nothing is known of, and too little memory', () => {
    const { warnings } = build('--osinfo generic --memory 16 --disk none --import')
    expect(warnings).toContainEqual(expect.stringMatching(/^Using --osinfo generic, VM/))
    expect(warnings).toContainEqual(expect.stringMatching(/16 MiB is abnormally low/))
  })
})

test('a directory that the host does not have takes no disk', () => {
  const facts = { ...fakeHost(), isDirectory: (path: string) => path !== '/nope' }
  expect(
    refused('--osinfo ark1 --import --disk /nope/a.img,size=1', facts).message,
  ).toContain("Could not start storage pool: cannot open directory '/nope'")
  expect(
    build('--osinfo ark1 --import --disk /srv/a.img,size=1', facts).storage,
  ).toMatchObject([{ kind: 'make-pool', path: '/srv' }, { kind: 'make-volume' }])
})

test('a domain needs an install method, its XML does not', () => {
  const line = '--osinfo ark1 --memory 64 --disk none'
  expect(refused(line)).toMatchObject({ option: 'install' })
  expect(refused(line).message).toContain('An install method must be specified')
  expect(build(`${line} --print-xml`).start.hasInstaller).toBe(false)
  expect(build(`${line} --pxe`).start.hasInstaller).toBe(true)
})

test('a device of a host elsewhere is taken as typed, one of this machine must be there', () => {
  const line = '--osinfo ark1 --import --disk /dev/nope'
  expect(refused(line).message).toContain('Size must be specified')
  expect(build(line, { ...fakeHost(), isLocal: false }).finalXml).toContain(
    '<source dev="/dev/nope"/>',
  )
})

test('what is found out once it has begun says so, with the warnings before it', () => {
  const error = refused(
    '--osinfo ark1 --name late1 --memory 1 --import --disk none --xml foo',
  )
  expect(error.before).toMatchObject({
    begunName: 'late1',
    warnings: [expect.stringContaining('less than')],
  })
  expect(refused('--osinfo ark1 --import --disk vol=x').before?.begunName).toBeNull()
})

describe('devices in part', () => {
  const bare = '--osinfo ark1 --memory 4096 --disk none --import'

  test('a device of the host is managed', () => {
    const xml = final(`${bare} --hostdev type=pci,address.domain=0`)
    expect(get(xml, 'devices/hostdev/@mode')).toBe('subsystem')
    expect(get(xml, 'devices/hostdev/@managed')).toBe('yes')
  })

  test.each([
    ['type=static,label=1:1', 'static', 'dac'],
    ['type=static,label=a:b:c:d', 'static', 'selinux'],
    ['type=static,label=lonely', 'static', undefined],
    ['model=dac', 'dynamic', 'dac'],
    ['relabel=no', undefined, undefined],
  ])('a label %s', (words, type, model) => {
    const xml = final(`${bare} --seclabel ${words}`)
    expect(get(xml, 'seclabel/@type')).toBe(type)
    expect(get(xml, 'seclabel/@model')).toBe(model)
  })
})
