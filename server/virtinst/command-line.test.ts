import { describe, expect, test } from 'vitest'

import {
  commandLineOf,
  fieldOf,
  parseCommandLine,
  setField,
  setOption,
  usesOf,
} from './command-line.ts'
import { VirtInstallError } from './model.ts'

const fields = (line: string) =>
  parseCommandLine(line).uses.map(({ option, fields: list }) => [
    option,
    Object.fromEntries(list.map(({ key, value }) => [key, value])),
  ])

const words = (line: string): string => {
  try {
    parseCommandLine(line)
  } catch (error) {
    if (error instanceof VirtInstallError) return error.message
    throw error
  }
  throw new Error('it was understood')
}

describe('reading', () => {
  test.each<[string, string, Record<string, string | null>]>([
    [
      'words fill their keys',
      '--disk /a.img,bus=sata',
      { path: '/a.img', 'target.bus': 'sata' },
    ],
    [
      'values with commas run on to the next known key',
      '--numatune 1,3-4,mode=strict',
      { 'memory.nodeset': '1,3-4', 'memory.mode': 'strict' },
    ],
    [
      'also over what looks like a key and is none',
      "--boot 'kernel_args=a,b=c,menu=on'",
      { cmdline: 'a,b=c', 'bootmenu.enable': 'on' },
    ],
    ['quotes hide a comma', `--boot 'kernel="/a,b"'`, { kernel: '/a,b' }],
    ['switches need no value', '--boot hd,uefi', { hd: null, uefi: null }],
    [
      'features have signs',
      '--cpu Xeon,+vmx,-hle',
      { model: 'Xeon', force: 'vmx', disable: 'hle' },
    ],
    [
      'lists have numbers, also under old names',
      '--cpu Xeon,cell1.cpus=0-1',
      { model: 'Xeon', 'numa.cell1.cpus': '0-1' },
    ],
    [
      'an alias without number is the first',
      '--disk source_host_name=h',
      { 'source.host.name': 'h' },
    ],
    ['empty means unset', '--boot kernel=', { kernel: '' }],
    [
      'arguments for QEMU are raw',
      `--qemu-commandline='-display gtk,gl=on'`,
      { args: '-display gtk,gl=on' },
    ],
  ])('%s', (_, line, expected) => {
    expect(fields(line)[0]?.[1]).toEqual(expected)
  })

  test('one string or words, with program and line ends', () => {
    const line = 'sudo virt-install \\\n --name a \\\n --ram 512'
    expect(parseCommandLine(line)).toEqual(
      parseCommandLine(['--name', 'a', '--memory', '512']),
    )
  })

  test.each([
    ['--file /a -s 8 --nonsparse', 'disk', 'path=/a,size=8.0,sparse=no'],
    ['--nodisks', 'disk', 'none'],
    ['--vnc --vncport 5901', 'graphics', 'vnc,port=5901'],
    ['--nographics', 'graphics', 'none'],
    ['-w bridge:br7', 'network', 'bridge=br7'],
    ['-b br7 -m 52:54:00:00:00:01', 'network', 'bridge=br7,mac=52:54:00:00:00:01'],
    ['-c /a.iso', 'cdrom', '/a.iso'],
    ['--os-variant generic', 'osinfo', 'generic'],
    ['--noacpi', 'features', 'acpi=off'],
    ['--cpuset 1-2', 'vcpus', 'cpuset=1-2'],
  ])('old spelling %s', (line, option, value) => {
    expect(parseCommandLine(line).uses).toMatchObject([{ option, value }])
  })
})

describe('refusing, in the words of virt-install', () => {
  test.each([
    ['--disk frob=1,/a,b=2', "Unknown --disk options: ['frob', '/a', 'b']"],
    ['--frobnicate 3', 'unrecognized arguments: --frobnicate 3'],
    ['--boot menu', "Error: --boot menu: Option 'menu' had no value set."],
    ['--ram x', "argument -r/--ram: invalid int value: 'x'"],
    ['--name', 'argument -n/--name: expected one argument'],
    ['--pxe=1', "argument --pxe: ignored explicit argument '1'"],
    [`--boot 'kernel="a'`, 'No closing quotation'],
    ['--vnc --sdl', "Can't specify more than one of VNC, SDL, --graphics or --nographics"],
  ])('%s', (line, message) => {
    expect(words(line)).toBe(message)
  })

  test('an abbreviation may fit one option only', () => {
    expect(parseCommandLine('--dry').uses[0]?.option).toBe('dry-run')
    expect(words('--grap x --net')).toContain('expected one argument')
    expect(words('--no')).toContain('ambiguous option: --no could match')
  })
})

describe('and back', () => {
  test.each([
    '--name a --memory 1024 --disk size=2,format=qcow2',
    '--vcpus 2,maxvcpus=4 --cpu host-model,+vmx,-hle',
    `--boot 'uefi,cmdline=a b,c=d'`,
    '--network network=default --graphics none --import --wait -1',
    `--metadata 'title=one, two'`,
    `--qemu-commandline='-display gtk,gl=on'`,
  ])('%s', (line) => {
    const once = commandLineOf(parseCommandLine(line))
    const strip = (text: string) =>
      parseCommandLine(text)
        .uses.map(({ option, fields: list }) =>
          JSON.stringify([option, list.map(({ key, value }) => [key, value])]),
        )
        .sort()
    expect(strip(once)).toEqual(strip(line))
    expect(commandLineOf(parseCommandLine(once))).toBe(once)
  })

  test('is short and in an order that people read', () => {
    expect(
      commandLineOf(
        parseCommandLine('--print-xml --disk path=/a --ram 5 --name x --name y'),
      ),
    ).toBe('virt-install --name y --memory 5 --disk /a --print-xml')
  })

  test('a form sets keys and options', () => {
    let options = parseCommandLine('--disk /a')
    options = setField(options, 'disk', 0, 'bus', 'scsi')
    options = setField(options, 'disk', 1, 'size', '4')
    options = setOption(options, 'import', null)
    expect(commandLineOf(options)).toBe(
      'virt-install --disk /a,target.bus=scsi --disk size=4 --import',
    )
    expect(fieldOf(usesOf(options, 'disk')[0]!, 'bus')).toBe('scsi')
    options = setField(options, 'disk', 1, 'size', undefined)
    expect(usesOf(options, 'disk')).toHaveLength(1)
    expect(() => setField(options, 'disk', 0, 'frob', '1')).toThrow("['frob']")
  })
})
