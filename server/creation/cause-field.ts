import { ProblemError } from '../contract/problem.ts'
import { fieldOf, usesOf } from '../virtinst/command-line.ts'
import type { DomainPlan, VirtInstallOptions } from '../virtinst/model.ts'

/** virErrorDomain, libvirt/virterror.h. */
const fromStorage = 18
const fromNetwork = 19

/** Words of libvirt and QEMU that tell what they are about, and the field of the form. */
const wordsOfFields: readonly [RegExp, string][] = [
  [/already exists with uuid|domain '.*' already/, 'name'],
  [/guest memory|cannot allocate memory/i, 'memory.memory'],
  [/firmware|OVMF|pflash/i, 'boot.uefi'],
  [/\btpm\b|swtpm/i, 'tpm.backend.type'],
  [/\b(?:vnc|spice)\b/i, 'graphics.type'],
  [/machine type|emulator/i, 'machine'],
  [/guest CPU|CPU model/i, 'cpu.model'],
  [/^network '/i, 'network.network'],
]

/** The failure of a creation with the field of the form that it belongs to, where that can be told. */
export function besideField(
  error: unknown,
  plan: Pick<DomainPlan, 'storage'>,
  options: VirtInstallOptions,
): unknown {
  if (!(error instanceof ProblemError) || error.init.issues) return error
  const { libvirt } = error.init
  if (!libvirt) return error
  const path = fieldFor(libvirt.message, libvirt.domain, plan, options)
  if (path === null) return error
  const issues = [{ path, message: libvirt.message }]
  return new ProblemError(error.code, { ...error.init, issues, cause: error })
}

function fieldFor(
  message: string,
  domain: number,
  { storage }: Pick<DomainPlan, 'storage'>,
  options: VirtInstallOptions,
): string | null {
  const volumes = storage.filter(({ kind }) => kind === 'make-volume')
  const named = volumes.find(({ path }) => message.includes(path))
  if (named || domain === fromStorage) {
    const volume = named ?? volumes[0]
    return `disk.${volume ? diskOf(options, volume.path, volumes.indexOf(volume)) : 0}.size`
  }
  if (domain === fromNetwork) return 'network.network'
  return wordsOfFields.find(([words]) => words.test(message))?.[1] ?? null
}

/** Which --disk asked for a volume: the one that names its path, else as many sizes on. */
function diskOf(options: VirtInstallOptions, path: string, count: number): number {
  const disks = usesOf(options, 'disk')
  const byPath = disks.findIndex((use) => fieldOf(use, 'path') === path)
  if (byPath !== -1) return byPath
  const sized = disks.flatMap((use, nth) => (fieldOf(use, 'size') ? [nth] : []))
  return sized[count] ?? 0
}
