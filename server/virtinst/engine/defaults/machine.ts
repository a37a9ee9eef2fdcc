import { chooseGuest } from '../../host/capabilities.ts'
import { VirtInstallError } from '../../model.ts'
import type { Guest } from '../guest.ts'

/** Architectures that Ballast builds domains for. */
const supportedArches = new Set(['x86_64', 'i686', 'aarch64'])

/** Settles virtualisation, arch and machine from the capabilities. Throws VirtInstallError. */
export function settleCapabilities(
  guest: Guest,
  wish: { osType: string | undefined },
): void {
  const capabilities = guest.index.capabilities
  const machine = guest.get('os/type/@machine')
  const asked = guest.get('@type')
  guest.choice = chooseGuest(capabilities, {
    osType: guest.get('os/type') ?? wish.osType,
    arch: guest.get('os/type/@arch'),
    virtType: asked,
    machine,
  })
  const { guest: entry, domain } = guest.choice
  guest.fill('@type', domain.type)
  guest.fill('os/type', entry.osType)
  guest.fill('os/type/@arch', entry.arch)
  if (!supportedArches.has(entry.arch)) {
    throw new VirtInstallError(
      `Architecture '${entry.arch}' is not supported by Ballast: only x86_64 and aarch64 are`,
      { option: 'arch' },
    )
  }
  if (domain.emulator) guest.fill('devices/emulator', domain.emulator)
  if (asked === undefined && guest.virtType === 'qemu') {
    guest.warnings.push("KVM acceleration not available, using 'qemu'")
  }
}

/** q35 needs QEMU 2.11 before it is taken by default. */
const qemuWithQ35 = 2_011_000

/** The machine, once the OS is known. */
export function settleMachine(guest: Guest): void {
  if (guest.get('os/type/@machine') !== undefined) return
  const machines = guest.choice.domain.machines.map(({ name }) => name)
  if (guest.isArm && machines.includes('virt')) {
    guest.set('os/type/@machine', 'virt')
    return
  }
  const isNew = guest.context.facts.hypervisorVersion >= qemuWithQ35
  const wantsQ35 = guest.isX86 && isNew && guest.os.knowsQ35 && machines.includes('q35')
  const machine = wantsQ35 ? 'q35' : machines[0]
  if (machine) guest.set('os/type/@machine', machine)
}
