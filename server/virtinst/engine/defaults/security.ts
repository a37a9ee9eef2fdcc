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

/** A label's model is the host's first one where its type was given and the model not. */
export function fillSecurityLabels(guest: Guest): void {
  const [first] = guest.index.capabilities.securityModels
  for (const label of findAll(guest.root, 'seclabel')) {
    if (get(label, '@type') === undefined || get(label, '@model') !== undefined) continue
    if (first) set(label, '@model', first, byDefault)
  }
}
