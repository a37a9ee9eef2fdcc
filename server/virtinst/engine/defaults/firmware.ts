import { VirtInstallError } from '../../model.ts'
import { setPresent } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

/** File names of UEFI images for an arch, most wanted first. */
const imagePatterns: Record<string, RegExp[]> = {
  x86_64: [
    /OVMF_CODE(_4M)?(\.ms|\.secboot)?\.(fd|qcow2)$/i,
    /ovmf/i,
    /edk2-x86_64/i,
    /uefi/i,
  ],
  i686: [/ovmf-ia32/i, /edk2-i386/i],
  aarch64: [/AAVMF/i, /aarch64.*(efi|code)/i, /QEMU_EFI/i],
}

const unsetByFirmware = [
  'os/kernel',
  'os/loader',
  'os/loader/@readonly',
  'os/nvram',
  'os/nvram/@template',
  'os/@firmware',
]

/** Whether the line settles the firmware itself. */
const isSettled = (guest: Guest) =>
  guest.refusesUefi || unsetByFirmware.some((path) => guest.get(path) !== undefined)

/** UEFI where it was asked for, or where the OS knows nothing else. Throws VirtInstallError. */
export function settleFirmware(guest: Guest): void {
  const asked = guest.wantsUefi
  if (!asked && (isSettled(guest) || !wantsByDefault(guest))) return
  if (asked && guest.get('os/@firmware') !== undefined) return
  const capabilities = guest.domainCapabilities
  if (capabilities.firmwares.includes('efi')) {
    guest.set('os/@firmware', 'efi')
    return
  }
  const image = findImage(guest, capabilities.loaders)
  if (!image) {
    const message = `Did not find any UEFI binary path for arch '${guest.arch}'`
    if (asked) throw new VirtInstallError(message, { option: 'boot', key: 'uefi' })
    guest.warnings.push(
      message,
      `Using UEFI is required for ${guest.os.label}, but it is not available on this host.`,
    )
    return
  }
  useImage(guest, image)
}

function wantsByDefault(guest: Guest): boolean {
  if (guest.isArm) return guest.osType === 'hvm'
  return guest.os.requiresUefi(guest.arch)
}

function findImage(guest: Guest, loaders: readonly string[]): string | undefined {
  for (const pattern of imagePatterns[guest.arch] ?? []) {
    const found = loaders.find((path) => pattern.test(path))
    if (found) return found
  }
  return undefined
}

function useImage(guest: Guest, path: string): void {
  guest.set('os/loader/@readonly', 'yes')
  guest.set('os/loader/@type', 'pflash')
  guest.set('os/loader', path)
  if (!/secboot/i.test(path)) return
  guest.set('os/loader/@secure', 'yes')
  guest.set('features/smm/@state', 'on')
  setPresent(guest.ensure('features'), 'smm', { by: 'default' })
  if (guest.isX86 && !guest.isQ35) guest.set('os/type/@machine', 'q35')
}
