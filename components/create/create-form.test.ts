import { describe, expect, it } from 'vitest'

import { commandLineOf, parseCommandLine } from '../../server/virtinst/command-line.ts'
import {
  add,
  advancedUses,
  hasSecureBoot,
  hasWord,
  installKindOf,
  noOptions,
  read,
  removeNth,
  setInstallKind,
  setSecureBoot,
  setWord,
  write,
} from './form-options.ts'
import { applyXml, diffXml } from './xml-diff.ts'

const seed =
  'virt-install --name martins3 --memory 1024 --vcpus=2,maxvcpus=4 --cpu host --disk size=2,format=qcow2 --network user --virt-type kvm --cdrom /iso/arch.iso'

describe('a pasted line fills the form', () => {
  const options = parseCommandLine(seed)
  it.each([
    ['name', null, 'martins3'],
    ['memory', 'memory', '1024'],
    ['memory', 'maxmemory', ''],
    ['vcpus', 'vcpu', '2'],
    ['vcpus', 'maxvcpus', '4'],
    ['cpu', 'model', 'host'],
    ['disk', 'size', '2'],
    ['disk', 'format', 'qcow2'],
    ['network', 'type', 'user'],
    ['virt-type', null, 'kvm'],
    ['cdrom', null, '/iso/arch.iso'],
  ])('--%s %s is %s', (option, key, value) => {
    expect(read(options, option, key)).toBe(value)
  })
  it('knows where the system comes from', () => {
    expect(installKindOf(options)).toBe('cdrom')
    expect(installKindOf(noOptions)).toBe('none')
  })
})

describe('the form makes the line', () => {
  it('field by field, and takes a field away again', () => {
    let options = write(noOptions, 'web1', 'name')
    options = write(options, '2048', 'memory', 'memory')
    options = write(options, '20', 'disk', 'size')
    options = write(options, 'virtio', 'disk', 'bus')
    options = write(options, '5', 'disk', 'size', 1)
    expect(commandLineOf(options)).toBe(
      'virt-install --name web1 --memory 2048 --disk size=20,target.bus=virtio --disk size=5',
    )
    options = write(options, '', 'disk', 'bus')
    options = removeNth(options, 'disk', 1)
    expect(commandLineOf(options)).toBe(
      'virt-install --name web1 --memory 2048 --disk size=20',
    )
  })

  it('with another source the old one goes', () => {
    const imported = setInstallKind(parseCommandLine(seed), 'import')
    expect(commandLineOf(imported)).toMatch(/--import/)
    expect(commandLineOf(imported)).not.toMatch(/cdrom/)
    expect(installKindOf(setInstallKind(imported, 'none'))).toBe('none')
  })

  it('with words that need no value', () => {
    const uefi = setWord(noOptions, 'boot', 'uefi', true)
    expect(commandLineOf(uefi)).toBe('virt-install --boot uefi')
    expect(hasWord(uefi, 'boot', 'uefi')).toBe(true)
    expect(hasWord(parseCommandLine('--boot uefi=off'), 'boot', 'uefi')).toBe(false)
    expect(setWord(uefi, 'boot', 'uefi', false).uses).toEqual([])
  })

  it('secure boot brings UEFI, and goes without it', () => {
    const secure = setSecureBoot(noOptions, true)
    expect(commandLineOf(secure)).toBe(
      'virt-install --boot uefi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=yes,firmware.feature1.name=enrolled-keys,firmware.feature1.enabled=yes',
    )
    expect(hasSecureBoot(parseCommandLine(commandLineOf(secure)))).toBe(true)
    expect(commandLineOf(setSecureBoot(secure, false))).toBe('virt-install --boot uefi')
  })

  it('and what has no field of its own is among the advanced ones', () => {
    const options = add(parseCommandLine(seed), 'watchdog', 'i6300esb,action=reset')
    expect(advancedUses(options).map(({ use }) => use.option)).toEqual(['watchdog'])
  })
})

describe('edits of the XML', () => {
  const built = (memory: number) =>
    `<domain>\n  <name>a</name>\n  <memory>${memory}</memory>\n  <vcpu>1</vcpu>\n  <devices>\n    <rng/>\n  </devices>\n</domain>`

  it('stay when the form changes something else', () => {
    const edited = built(1).replace('<rng/>', '<rng/>\n    <panic/>')
    const hunks = diffXml(built(1), edited)
    expect(applyXml(built(1), hunks)).toEqual({ xml: edited, lost: [] })
    expect(applyXml(built(2), hunks)).toEqual({
      xml: edited.replace('<memory>1<', '<memory>2<'),
      lost: [],
    })
  })

  it('of several places, added, changed and taken away', () => {
    const edited = built(1)
      .replace('<name>a<', '<name>b<')
      .replace('    <rng/>\n', '')
      .replace('<vcpu>1', '<vcpu>8')
    expect(applyXml(built(1), diffXml(built(1), edited)).xml).toBe(edited)
  })

  it('are said to be lost when their place is gone', () => {
    const hunks = diffXml(built(1), built(1).replace('<memory>1<', '<memory>9<'))
    const { xml, lost } = applyXml(built(2), hunks)
    expect(xml).toBe(built(2))
    expect(lost).toHaveLength(1)
  })

  it('are none where nothing was edited', () => {
    expect(diffXml(built(1), built(1))).toEqual([])
  })
})
