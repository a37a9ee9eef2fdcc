import { VirtInstallError, type UploadStep } from '../model.ts'
import type { Guest } from './guest.ts'
import type { Installer } from './installer.ts'
import { scratchPath } from './random-name.ts'

/** Kernel and initrd of the installer, with the places on the host that they are sent to. */
export function uploadsOf(guest: Guest, installer: Installer): UploadStep[] {
  const { kernel } = installer
  if (!kernel) return []
  const step = (what: UploadStep['what'], source: string): UploadStep[] => {
    if (source === '') return []
    const why = kernel.iso === null ? guest.context.fileProblem?.(source) : null
    if (why) {
      throw new VirtInstallError(`Couldn't acquire file ${source}: ${why}`, {
        option: 'install',
        key: what,
      })
    }
    return [
      {
        what,
        source,
        iso: kernel.iso,
        target: scratchPath(guest, source.split('/').at(-1) ?? what),
      },
    ]
  }
  return [...step('kernel', kernel.kernel), ...step('initrd', kernel.initrd)]
}
