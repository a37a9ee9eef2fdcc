import { VirtInstallError } from '../../model.ts'
import { findAll, get, set } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

const names: Record<string, string> = {
  sev: 'SEV',
  'sev-snp': 'SEV-SNP',
  tdx: 'TDX',
}

/** Encrypted memory needs q35 and UEFI; SEV also a policy. Throws VirtInstallError. */
export function fillLaunchSecurity(guest: Guest): void {
  const type = guest.get('launchSecurity/@type')
  if (type === undefined || !(type in names)) return
  if (!guest.isQ35 || !guest.isUefi) {
    throw new VirtInstallError(
      `${names[type]} launch security requires a Q35 UEFI machine`,
      { option: 'launchSecurity', key: 'type' },
    )
  }
  if (type === 'sev') {
    const withState = guest.domainCapabilities.has('features/sev/maxESGuests')
    guest.fill('launchSecurity/policy', withState ? '0x07' : '0x03')
  }
}

/** A label has a model where it has a type, and the other way round. */
export function fillSecurityLabels(guest: Guest): void {
  for (const label of findAll(guest.root, 'seclabel')) {
    const [type, model] = [get(label, '@type'), get(label, '@model')]
    if (type === undefined && model === undefined) continue
    if (type === undefined) set(label, '@type', 'dynamic', byDefault)
    const guess = model ?? guessModel(guest, get(label, 'label'))
    if (model === undefined && guess !== undefined) {
      set(label, '@model', guess, byDefault)
    }
  }
}

/** By the shape of the label, `user:role:type…` or `uid:gid`; without one the host's first. */
function guessModel(guest: Guest, label: string | undefined): string | undefined {
  const { securityModels } = guest.index.capabilities
  if (securityModels.includes('testSecurity')) return 'testSecurity'
  if (!label) return securityModels[0]
  const parts = label.split(':').length
  if (parts >= 3) return 'selinux'
  return parts === 2 ? 'dac' : undefined
}
