import type { UploadStep } from '../model.ts'
import type { Guest } from './guest.ts'
import type { Installer } from './installer.ts'
import { scratchPath } from './random-name.ts'

/** Kernel and initrd of the installer, with the places on the host that they are sent to. */
export function uploadsOf(guest: Guest, installer: Installer): UploadStep[] {
  const { kernel } = installer
  if (!kernel) return []
  const step = (what: UploadStep['what'], source: string): UploadStep[] =>
    source === ''
      ? []
      : [
          {
            what,
            source,
            iso: kernel.iso,
            target: scratchPath(guest, source.split('/').at(-1) ?? what),
          },
        ]
  return [...step('kernel', kernel.kernel), ...step('initrd', kernel.initrd)]
}
