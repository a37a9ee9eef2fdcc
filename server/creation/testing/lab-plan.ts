import { kernelBasics } from '../../../e2e/lab/guest-xml.ts'
import type { DomainPlan } from '../../virtinst/model.ts'

/** What a lab guest boots, as a plan: kernel and initrd of the host, one new volume, a NoCloud disc. */
export function labPlan(of: {
  name: string
  uuid: string
  installs?: boolean
  cloudInit?: boolean
  pool?: string
  /** The disk is raw and filled: making it takes a moment. */
  allocated?: boolean
  over?: Partial<DomainPlan['start']>
}): DomainPlan {
  const { name, uuid, installs = false, cloudInit = false, pool = 'default' } = of
  const { allocated = false } = of
  const format = allocated ? 'raw' : 'qcow2'
  const capacityBytes = allocated ? 2 ** 30 : 2 ** 27
  const allocationBytes = allocated ? capacityBytes : 0
  const folder = pool === 'default' ? '/var/lib/libvirt/images' : `/srv/${pool}`
  const disc = `/var/lib/libvirt/boot/${name}-cloudinit.iso`
  const document = (first: boolean) => `<domain type='qemu'>
    <name>${name}</name><uuid>${uuid}</uuid>
    <memory unit='MiB'>128</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type>
      <kernel>/srv/lab/vmlinuz</kernel><initrd>/srv/lab/initrd.gz</initrd>
      <cmdline>console=tty0 console=ttyS0 ${kernelBasics} lab.name=${name} lab.workload=0,0,0,0</cmdline></os>
    <features><acpi/><apic/></features>
    ${first ? '<on_reboot>destroy</on_reboot>' : ''}
    <devices>
      <disk type='file' device='disk'><driver name='qemu' type='${format}'/>
        <source file='${folder}/${name}.qcow2'/><target dev='vda' bus='virtio'/></disk>
      ${
        first && cloudInit
          ? `<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='${disc}'/><target dev='sda' bus='sata'/><readonly/></disk>`
          : ''
      }
      <console type='pty'/><memballoon model='virtio'/>
    </devices></domain>`
  return {
    name,
    installXml: installs ? document(true) : null,
    finalXml: document(false),
    storage: [
      ...(pool === 'default'
        ? []
        : [{ kind: 'make-pool' as const, pool, path: `/srv/${pool}` }]),
      {
        kind: 'make-volume',
        pool,
        name: `${name}.qcow2`,
        path: `${folder}/${name}.qcow2`,
        format,
        capacityBytes,
        allocationBytes,
        backing: null,
        xml: `<volume><name>${name}.qcow2</name><capacity>${capacityBytes}</capacity><allocation>${allocationBytes}</allocation><target><format type='${format}'/></target></volume>`,
      },
    ],
    cloudInit: cloudInit
      ? {
          path: disc,
          userData: {
            kind: 'made',
            generateRootPassword: true,
            rootPasswordFile: null,
            rootSshKeyFile: null,
            clouduserSshKeyFile: null,
            disableAfterBoot: true,
          },
          metaDataFile: null,
          networkConfigFile: null,
          serial: 'ds=nocloud',
        }
      : null,
    uploads: [],
    start: {
      autostart: false,
      transient: false,
      noReboot: false,
      destroyOnExit: false,
      waitMinutes: null,
      skipsInstall: !installs,
      hasInstaller: installs,
      dryRun: false,
      ...of.over,
    },
    warnings: [],
    notes: [],
    checks: [],
    provenance: { install: null, final: [] },
    settled: {
      osId: null,
      osShortId: 'generic',
      machine: 'q35',
      virtType: 'qemu',
      arch: 'x86_64',
      firmware: 'bios',
      memoryKiB: 131_072,
      maximumMemoryKiB: 131_072,
      vcpus: 1,
    },
  }
}
