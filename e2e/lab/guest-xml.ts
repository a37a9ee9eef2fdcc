import { macFor, uuidFor, workloadNumbers, type GuestPlan } from './plan.ts'

/** Escapes text for XML content and attributes in double quotes. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/**
 * What every guest of a test boots its kernel with. Neither is a matter of taste. `pti=on`: QEMU 7.2
 * under TCG loses dirty pages in a migration of more than one pass unless the TLB is flushed often.
 * `no_timer_check`: where two cores have much to do, a kernel finds its timer dead and gives up the
 * IO-APIC ("8254 timer not connected"), and then an interrupt of its serial line gets lost for good.
 */
export const kernelBasics = 'quiet no_timer_check pti=on panic=-1'

/** The kernel command line. */
export function kernelArguments(guest: GuestPlan): string {
  const words = [
    `console=tty0 console=ttyS0 ${kernelBasics}`,
    `lab.name=${guest.name}`,
    `lab.workload=${workloadNumbers(guest.workload).join(',')}`,
  ]
  if (guest.balloon === 'driverless') words.push('lab.noballoon')
  if (!guest.powerButton) words.push('lab.nobutton')
  return words.join(' ')
}

function balloonXml(guest: GuestPlan): string {
  if (guest.balloon === 'none') return `<memballoon model='none'/>`
  const flags =
    (guest.autodeflate ? ` autodeflate='on'` : '') +
    (guest.freePageReporting ? ` freePageReporting='on'` : '')
  const stats = guest.statsPeriodS > 0 ? `<stats period='${guest.statsPeriodS}'/>` : ''
  return `<memballoon model='virtio'${flags}>${stats}</memballoon>`
}

/** The libvirt domain XML of a lab guest: TCG, direct kernel boot, few devices. */
export function guestXml(guest: GuestPlan): string {
  const title = guest.title ? `<title>${escapeXml(guest.title)}</title>` : ''
  const description = guest.description
    ? `<description>${escapeXml(guest.description)}</description>`
    : ''
  const disk = guest.diskMiB
    ? `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='/var/lib/libvirt/images/${guest.name}.qcow2'/><target dev='vda' bus='virtio'/></disk>`
    : ''
  const network = guest.network
    ? `<interface type='network'><mac address='${macFor(guest.name)}'/>
      <source network='default'/><model type='virtio'/></interface>`
    : ''
  const graphics = guest.graphics
    ? `<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
      <video><model type='vga' vram='16384'/></video>`
    : ''
  return `<domain type='qemu'>
    <name>${guest.name}</name><uuid>${uuidFor(guest.name)}</uuid>${title}${description}
    <memory unit='MiB'>${guest.maximumMiB}</memory>
    <currentMemory unit='MiB'>${guest.currentMiB}</currentMemory>
    <vcpu>${guest.vcpus}</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type>
      <kernel>/srv/lab/vmlinuz</kernel><initrd>/srv/lab/initrd.gz</initrd>
      <cmdline>${escapeXml(kernelArguments(guest))}</cmdline></os>
    <features><acpi/><apic/><tcg><tb-cache unit='MiB'>64</tb-cache></tcg></features>
    <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
    <devices>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <controller type='usb' model='none'/>
      ${disk}${network}
      <serial type='pty'><log file='/var/log/libvirt/qemu/${guest.name}-serial.log'/><target port='0'/></serial>
      <serial type='unix'><source mode='bind' path='/run/lab/${guest.name}.sock'/><target port='1'/></serial>
      ${graphics}${balloonXml(guest)}
    </devices></domain>
`
}
