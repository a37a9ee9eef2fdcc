import type { RawUse } from './arguments.ts'
import { VirtInstallError } from './model.ts'

/**
 * Old spellings, which virt-install still takes, as the options of today: `--ram`, `--file`,
 * `--bridge`, `--vnc` and their like. What stays of them in the line is canonical. Throws
 * VirtInstallError where old and new are mixed.
 */
export function modernise(raw: readonly RawUse[]): RawUse[] {
  const uses = new Uses(raw)
  modernCdrom(uses)
  modernGraphics(uses)
  modernDisks(uses)
  modernNetworks(uses)
  modernSingles(uses)
  return uses.all
}

class Uses {
  all: RawUse[]

  constructor(raw: readonly RawUse[]) {
    this.all = raw.map((use) => ({ ...use }))
  }

  values(name: string): string[] {
    return this.all.flatMap((use) => (use.name === name ? [use.value ?? ''] : []))
  }

  last(name: string): string | undefined {
    return this.all.findLast((use) => use.name === name)?.value ?? undefined
  }

  has(name: string): boolean {
    return this.all.some((use) => use.name === name)
  }

  /** Puts new uses where the first of the old ones stood. */
  replace(old: readonly string[], fresh: RawUse[]): void {
    const at = this.all.findIndex((use) => old.includes(use.name))
    const kept = this.all.filter((use) => !old.includes(use.name))
    kept.splice(at < 0 ? kept.length : at, 0, ...fresh)
    this.all = kept
  }
}

const refuse = (message: string, option: string) =>
  new VirtInstallError(message, { option })

/** `-c` once was --connect: what looks like a URI still is. */
function modernCdrom(uses: Uses): void {
  const short = uses.last('c')
  if (short === undefined) return
  const name = short.includes('://') ? 'connect' : 'cdrom'
  if (uses.has(name)) {
    throw refuse(`Cannot use -c and --${name} at the same time`, name)
  }
  uses.replace(['c'], [{ name, value: short }])
}

const oldGraphics = ['vnc', 'sdl', 'nographics', 'vncport', 'vnclisten', 'keymap']

function modernGraphics(uses: Uses): void {
  const kinds = ['vnc', 'sdl', 'nographics'].filter((name) => uses.has(name))
  const hasNew = uses.has('graphics')
  if (kinds.length > 1 || (kinds.length === 1 && hasNew && kinds[0] !== 'vnc')) {
    throw refuse(
      "Can't specify more than one of VNC, SDL, --graphics or --nographics",
      'graphics',
    )
  }
  if (!oldGraphics.some((name) => uses.has(name))) return
  if (hasNew) {
    throw refuse('Cannot mix --graphics and old style graphical options', 'graphics')
  }
  // Without a kind they say nothing.
  if (kinds.length === 0) {
    uses.replace(oldGraphics, [])
    return
  }
  const port = uses.last('vncport')
  const listen = uses.last('vnclisten')
  const keymap = uses.last('keymap')
  const parts = [
    kinds[0] === 'nographics' ? 'none' : kinds[0]!,
    ...(listen ? [`listen=${listen}`] : []),
    ...(port && Number(port) !== 0 ? [`port=${port}`] : []),
    ...(keymap ? [`keymap=${keymap}`] : []),
  ]
  uses.replace(oldGraphics, [{ name: 'graphics', value: parts.join(',') }])
}

const oldDisks = ['file', 'file-size', 'nonsparse', 'nodisks']

/** A float as Python prints it: `8.0`, `1e-05`. */
function pythonFloat(text: string): string {
  const value = Number(text)
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return String(value)
}

function modernDisks(uses: Uses): void {
  const files = uses.values('file')
  const sizes = uses.values('file-size')
  if (uses.has('nodisks')) {
    if (files.length > 0 || sizes.length > 0 || uses.has('disk')) {
      throw refuse('Cannot specify storage and use --nodisks', 'disk')
    }
    uses.replace(oldDisks, [{ name: 'disk', value: 'none' }])
    return
  }
  if (!oldDisks.some((name) => uses.has(name))) return
  if (uses.has('disk')) {
    throw refuse(
      'Cannot mix --file, --nonsparse, or --file-size with --disk options. Use --disk PATH[,size=SIZE][,sparse=yes|no]',
      'disk',
    )
  }
  const sparse = !uses.has('nonsparse')
  const count = Math.max(files.length, sizes.length)
  const disks = Array.from({ length: count }, (_, at) => {
    const parts = [
      ...(files[at] !== undefined ? [`path=${files[at]}`] : []),
      ...(sizes[at] !== undefined ? [`size=${pythonFloat(sizes[at])}`] : []),
      ...(sparse ? [] : ['sparse=no']),
    ]
    return { name: 'disk', value: parts.join(',') }
  })
  uses.replace(oldDisks, disks)
}

function modernNetworks(uses: Uses): void {
  for (const use of uses.all) {
    if (use.name !== 'network' || use.value === null) continue
    use.value = use.value.replace(/^(network|bridge):/, '$1=')
  }
  const macs = uses.values('mac')
  const bridges = uses.values('bridge')
  if (uses.has('nonetworks')) {
    uses.replace(
      ['nonetworks', 'network', 'bridge', 'mac'],
      [{ name: 'network', value: 'none' }],
    )
    return
  }
  if (bridges.length > 0 && uses.has('network')) {
    throw refuse('Cannot use --bridge and --network at the same time', 'network')
  }
  if (bridges.length > 0) {
    uses.replace(
      ['bridge'],
      bridges.map((bridge) => ({ name: 'network', value: `bridge=${bridge}` })),
    )
  }
  if (macs.length === 0) return
  uses.replace(['mac'], [])
  const networks = uses.all.filter(({ name }) => name === 'network')
  macs.forEach((mac, at) => {
    const network = networks[at]
    if (network) network.value = `${network.value},mac=${mac}`
    else uses.all.push({ name: 'network', value: `default,mac=${mac}` })
  })
}

/** Options that became a sub-option of another one. */
const singles: Record<string, (value: string) => RawUse> = {
  uuid: (value) => ({ name: 'metadata', value: `uuid=${value}` }),
  description: (value) => ({ name: 'metadata', value: `description="${escape(value)}"` }),
  cpuset: (value) => ({ name: 'vcpus', value: `cpuset=${value}` }),
  init: (value) => ({ name: 'boot', value: `init=${value}` }),
  noapic: () => ({ name: 'features', value: 'apic=off' }),
  noacpi: () => ({ name: 'features', value: 'acpi=off' }),
}

const escape = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')

function modernSingles(uses: Uses): void {
  const ram = uses.last('ram')
  if (ram !== undefined) {
    const fresh = uses.has('memory') ? [] : [{ name: 'memory', value: String(Number(ram)) }]
    uses.replace(['ram'], fresh)
  }
  for (const [name, make] of Object.entries(singles)) {
    if (uses.has(name)) uses.replace([name], [make(uses.last(name) ?? '')])
  }
  if (uses.has('nonsparse')) uses.replace(['nonsparse'], [])
}
