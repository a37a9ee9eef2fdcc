import { domainElement, option, plainOption, type OptionSpec } from './table.ts'

const metadata = option(
  'metadata',
  { words: [] },
  `
    name         | name        | text commas
    title        | title       | text commas
    uuid         | uuid        | text
    genid_enable | genid       | present
    genid        | genid       | text
    description  | description | text commas
    os_name      | -           | code
    os_full_id   | -           | code
`,
)

const memory = option(
  'memory',
  { words: ['memory'] },
  `
    memory          | -                       | code
    currentMemory   | -                       | code
    maxMemory       | -                       | code    | hotplugmemorymax
    maxMemory.slots | maxMemory/@slots        | int     | hotplugmemoryslots
    maxmemory       | -                       | code
    hugepages       | memoryBacking/hugepages | present
`,
)

const memorybacking = option(
  'memorybacking',
  { words: [] },
  `
    hugepages               | memoryBacking/hugepages                | present
    hugepages.page#.size    | memoryBacking/hugepages/page#/@size    | text        | size
    hugepages.page#.unit    | memoryBacking/hugepages/page#/@unit    | text        | unit
    hugepages.page#.nodeset | memoryBacking/hugepages/page#/@nodeset | text commas | nodeset
    nosharepages            | memoryBacking/nosharepages             | present
    locked                  | memoryBacking/locked                   | present
    access.mode             | memoryBacking/access/@mode             | text        | access_mode
    source.type             | memoryBacking/source/@type             | text        | source_type
    discard                 | memoryBacking/discard                  | present
    allocation.mode         | memoryBacking/allocation/@mode         | text
    allocation.threads      | memoryBacking/allocation/@threads      | int
`,
)

const vcpus = option(
  'vcpus',
  { words: ['vcpu'] },
  `
    maxvcpus                 | -                         | code
    cpuset                   | -                         | code commas
    vcpus                    | -                         | code
    sockets                  | cpu/topology/@sockets     | int
    dies                     | cpu/topology/@dies        | int
    cores                    | cpu/topology/@cores       | int
    threads                  | cpu/topology/@threads     | int
    vcpu                     | vcpu                      | int
    vcpu.current             | vcpu/@current             | int
    vcpu.cpuset              | -                         | code commas
    vcpu.placement           | vcpu/@placement           | text        | placement
    vcpus.vcpu#.id           | vcpus/vcpu#/@id           | int
    vcpus.vcpu#.enabled      | vcpus/vcpu#/@enabled      | yes/no
    vcpus.vcpu#.hotpluggable | vcpus/vcpu#/@hotpluggable | yes/no
    vcpus.vcpu#.order        | vcpus/vcpu#/@order        | int
`,
)

const cpu = option(
  'cpu',
  { words: ['model'] },
  `
    secure                                  | -                                            | yes/no
    model                                   | -                                            | code
    model.fallback                          | cpu/model/@fallback                          | text
    model.vendor_id                         | cpu/model/@vendor_id                         | text
    vendor                                  | cpu/vendor                                   | text
    mode                                    | cpu/@mode                                    | text
    match                                   | cpu/@match                                   | text
    check                                   | cpu/@check                                   | text
    migratable                              | cpu/@migratable                              | on/off
    topology.sockets                        | cpu/topology/@sockets                        | int
    topology.dies                           | cpu/topology/@dies                           | int
    topology.cores                          | cpu/topology/@cores                          | int
    topology.threads                        | cpu/topology/@threads                        | int
    cache.level                             | cpu/cache/@level                             | int
    cache.mode                              | cpu/cache/@mode                              | text
    maxphysaddr.mode                        | cpu/maxphysaddr/@mode                        | text
    maxphysaddr.bits                        | cpu/maxphysaddr/@bits                        | int
    force                                   | -                                            | code
    require                                 | -                                            | code
    optional                                | -                                            | code
    disable                                 | -                                            | code
    forbid                                  | -                                            | code
    numa.cell#.id                           | cpu/numa/cell#/@id                           | int         | cell#.id
    numa.cell#.cpus                         | cpu/numa/cell#/@cpus                         | text commas | cell#.cpus
    numa.cell#.memory                       | cpu/numa/cell#/@memory                       | int         | cell#.memory
    numa.cell#.unit                         | cpu/numa/cell#/@unit                         | text
    numa.cell#.memAccess                    | cpu/numa/cell#/@memAccess                    | text
    numa.cell#.discard                      | cpu/numa/cell#/@discard                      | yes/no
    numa.cell#.distances.sibling#.id        | cpu/numa/cell#/distances/sibling#/@id        | int         | cell#.distances.sibling#.id
    numa.cell#.distances.sibling#.value     | cpu/numa/cell#/distances/sibling#/@value     | int         | cell#.distances.sibling#.value
    numa.cell#.cache#.level                 | cpu/numa/cell#/cache#/@level                 | int
    numa.cell#.cache#.associativity         | cpu/numa/cell#/cache#/@associativity         | text
    numa.cell#.cache#.policy                | cpu/numa/cell#/cache#/@policy                | text
    numa.cell#.cache#.size.value            | cpu/numa/cell#/cache#/size/@value            | int
    numa.cell#.cache#.size.unit             | cpu/numa/cell#/cache#/size/@unit             | text
    numa.cell#.cache#.line.value            | cpu/numa/cell#/cache#/line/@value            | int
    numa.cell#.cache#.line.unit             | cpu/numa/cell#/cache#/line/@unit             | text
    numa.interconnects.latency#.initiator   | cpu/numa/interconnects/latency#/@initiator   | int
    numa.interconnects.latency#.target      | cpu/numa/interconnects/latency#/@target      | int
    numa.interconnects.latency#.cache       | cpu/numa/interconnects/latency#/@cache       | int
    numa.interconnects.latency#.type        | cpu/numa/interconnects/latency#/@type        | text
    numa.interconnects.latency#.value       | cpu/numa/interconnects/latency#/@value       | int
    numa.interconnects.latency#.unit        | cpu/numa/interconnects/latency#/@unit        | text
    numa.interconnects.bandwidth#.initiator | cpu/numa/interconnects/bandwidth#/@initiator | int
    numa.interconnects.bandwidth#.target    | cpu/numa/interconnects/bandwidth#/@target    | int
    numa.interconnects.bandwidth#.type      | cpu/numa/interconnects/bandwidth#/@type      | text
    numa.interconnects.bandwidth#.cache     | cpu/numa/interconnects/bandwidth#/@cache     | int
    numa.interconnects.bandwidth#.value     | cpu/numa/interconnects/bandwidth#/@value     | int
    numa.interconnects.bandwidth#.unit      | cpu/numa/interconnects/bandwidth#/@unit      | text
`,
)

const boot = option(
  'boot',
  { words: [] },
  `
    hd                        | -                             | code
    cdrom                     | -                             | code
    fd                        | -                             | code
    network                   | -                             | code
    refresh-machine-type      | -                             | code:yes/no
    os_type                   | os/type                       | text
    arch                      | os/type/@arch                 | text
    machine                   | os/type/@machine              | text
    bootloader                | -                             | code
    bootloader_args           | -                             | code
    domain_type               | -                             | code
    emulator                  | -                             | code
    uefi                      | -                             | code
    loader                    | os/loader                     | text
    loader.readonly           | os/loader/@readonly           | yes/no      | loader_ro
    loader.type               | os/loader/@type               | text        | loader_type
    loader.secure             | os/loader/@secure             | yes/no      | loader_secure
    loader.stateless          | os/loader/@stateless          | yes/no
    firmware                  | os/@firmware                  | text
    firmware.feature#.enabled | os/firmware/feature#/@enabled | yes/no
    firmware.feature#.name    | os/firmware/feature#/@name    | text
    nvram                     | os/nvram                      | text
    nvram.template            | os/nvram/@template            | text        | nvram_template
    boot#.dev                 | os/boot#/@dev                 | text
    bootmenu.enable           | os/bootmenu/@enable           | yes/no      | menu
    bootmenu.timeout          | os/bootmenu/@timeout          | int
    bios.useserial            | os/bios/@useserial            | yes/no      | useserial
    bios.rebootTimeout        | os/bios/@rebootTimeout        | int         | rebootTimeout
    smbios.mode               | os/smbios/@mode               | text        | smbios_mode
    nvram.templateFormat      | os/nvram/@templateFormat      | text
    kernel                    | os/kernel                     | text
    initrd                    | os/initrd                     | text
    cmdline                   | os/cmdline                    | text commas | extra_args kernel_args
    dtb                       | os/dtb                        | text
    acpi.table                | os/acpi/table                 | text
    acpi.table.type           | os/acpi/table/@type           | text
    init                      | os/init                       | text
    initargs                  | -                             | code
    initarg#                  | os/initarg#                   | text
    initenv#                  | os/initenv#                   | text
    initenv#.name             | os/initenv#/@name             | text
    initdir                   | os/initdir                    | text
    inituser                  | os/inituser                   | text
    initgroup                 | os/initgroup                  | text
`,
)

const events = option(
  'events',
  { words: [] },
  `
    on_poweroff    | on_poweroff    | text
    on_reboot      | on_reboot      | text
    on_crash       | on_crash       | text
    on_lockfailure | on_lockfailure | text
`,
)

const features = option(
  'features',
  { words: [] },
  `
    acpi                           | features/acpi                            | present
    apic                           | features/apic                            | present
    pae                            | features/pae                             | present
    privnet                        | features/privnet                         | present
    hap                            | features/hap                             | present
    viridian                       | features/viridian                        | present
    apic.eoi                       | features/apic/@eoi                       | on/off  | eoi
    pmu.state                      | features/pmu/@state                      | on/off  | pmu
    hyperv.relaxed.state           | features/hyperv/relaxed/@state           | on/off  | hyperv_relaxed
    hyperv.vapic.state             | features/hyperv/vapic/@state             | on/off  | hyperv_vapic
    hyperv.spinlocks.state         | features/hyperv/spinlocks/@state         | on/off  | hyperv_spinlocks
    hyperv.spinlocks.retries       | features/hyperv/spinlocks/@retries       | int     | hyperv_spinlocks_retries
    hyperv.vpindex.state           | features/hyperv/vpindex/@state           | on/off
    hyperv.runtime.state           | features/hyperv/runtime/@state           | on/off
    hyperv.synic.state             | features/hyperv/synic/@state             | on/off  | hyperv_synic
    hyperv.stimer.state            | features/hyperv/stimer/@state            | on/off
    hyperv.stimer.direct.state     | features/hyperv/stimer/direct/@state     | on/off
    hyperv.reset.state             | features/hyperv/reset/@state             | on/off  | hyperv_reset
    hyperv.frequencies.state       | features/hyperv/frequencies/@state       | on/off
    hyperv.reenlightenment.state   | features/hyperv/reenlightenment/@state   | on/off
    hyperv.tlbflush.state          | features/hyperv/tlbflush/@state          | on/off
    hyperv.tlbflush.direct.state   | features/hyperv/tlbflush/direct/@state   | on/off
    hyperv.tlbflush.extended.state | features/hyperv/tlbflush/extended/@state | on/off
    hyperv.ipi.state               | features/hyperv/ipi/@state               | on/off
    hyperv.evmcs.state             | features/hyperv/evmcs/@state             | on/off
    hyperv.avic.state              | features/hyperv/avic/@state              | on/off
    hyperv.xmm_input.state         | features/hyperv/xmm_input/@state         | on/off
    hyperv.emsr_bitmap.state       | features/hyperv/emsr_bitmap/@state       | on/off
    vmport.state                   | features/vmport/@state                   | on/off  | vmport
    kvm.hidden.state               | features/kvm/hidden/@state               | on/off  | kvm_hidden
    kvm.hint-dedicated.state       | features/kvm/hint-dedicated/@state       | on/off
    kvm.poll-control.state         | features/kvm/poll-control/@state         | on/off
    kvm.pv-ipi.state               | features/kvm/pv-ipi/@state               | on/off
    pvspinlock.state               | features/pvspinlock/@state               | on/off
    gic.version                    | features/gic/@version                    | text    | gic_version
    smm.state                      | features/smm/@state                      | on/off  | smm
    vmcoreinfo.state               | features/vmcoreinfo/@state               | on/off  | vmcoreinfo
    ioapic.driver                  | features/ioapic/@driver                  | text
    msrs.unknown                   | features/msrs/@unknown                   | text
`,
)

const clock = option(
  'clock',
  { words: [] },
  `
    pit_tickpolicy           | -                               | code
    rtc_tickpolicy           | -                               | code
    platform_present         | -                               | code:yes/no
    pit_present              | -                               | code:yes/no
    rtc_present              | -                               | code:yes/no
    hpet_present             | -                               | code:yes/no
    tsc_present              | -                               | code:yes/no
    kvmclock_present         | -                               | code:yes/no
    hypervclock_present      | -                               | code:yes/no
    offset                   | clock/@offset                   | text
    timer#.name              | clock/timer#/@name              | text
    timer#.present           | clock/timer#/@present           | yes/no
    timer#.tickpolicy        | clock/timer#/@tickpolicy        | text
    timer#.track             | clock/timer#/@track             | text
    timer#.mode              | clock/timer#/@mode              | text
    timer#.frequency         | clock/timer#/@frequency         | int
    timer#.catchup.threshold | clock/timer#/catchup/@threshold | int
    timer#.catchup.slew      | clock/timer#/catchup/@slew      | int
    timer#.catchup.limit     | clock/timer#/catchup/@limit     | int
`,
)

const pm = option(
  'pm',
  { words: [] },
  `
    suspend_to_mem.enabled  | pm/suspend-to-mem/@enabled  | yes/no | suspend_to_mem
    suspend_to_disk.enabled | pm/suspend-to-disk/@enabled | yes/no | suspend_to_disk
`,
)

const sysinfo = domainElement(
  'sysinfo',
  'sysinfo',
  { words: ['type'] },
  `
    type | - | code commas
    bios.vendor | bios/entry[@name='vendor'] | text | bios_vendor
    bios.version | bios/entry[@name='version'] | text | bios_version
    bios.date | bios/entry[@name='date'] | text | bios_date
    bios.release | bios/entry[@name='release'] | text | bios_release
    system.manufacturer | system/entry[@name='manufacturer'] | text | system_manufacturer
    system.product | system/entry[@name='product'] | text | system_product
    system.version | system/entry[@name='version'] | text | system_version
    system.serial | system/entry[@name='serial'] | text | system_serial
    system.uuid | system/entry[@name='uuid'] | text | system_uuid
    system.sku | system/entry[@name='sku'] | text | system_sku
    system.family | system/entry[@name='family'] | text | system_family
    baseBoard.manufacturer | baseBoard/entry[@name='manufacturer'] | text | baseBoard_manufacturer
    baseBoard.product | baseBoard/entry[@name='product'] | text | baseBoard_product
    baseBoard.version | baseBoard/entry[@name='version'] | text | baseBoard_version
    baseBoard.serial | baseBoard/entry[@name='serial'] | text | baseBoard_serial
    baseBoard.asset | baseBoard/entry[@name='asset'] | text | baseBoard_asset
    baseBoard.location | baseBoard/entry[@name='location'] | text | baseBoard_location
    chassis.manufacturer | chassis/entry[@name='manufacturer'] | text
    chassis.version | chassis/entry[@name='version'] | text
    chassis.serial | chassis/entry[@name='serial'] | text
    chassis.asset | chassis/entry[@name='asset'] | text
    chassis.sku | chassis/entry[@name='sku'] | text
    oemStrings.entry# | oemStrings/entry# | text commas
    entry# | entry# | text commas
    entry#.name | entry#/@name | text commas
    entry#.file | entry#/@file | text commas
`,
)

const qemuCommandline = plainOption(
  'qemu-commandline',
  { words: [] },
  `
    args | - | code commas
    env  | - | code commas
`,
)

const xml = plainOption(
  'xml',
  { words: [] },
  `
    xpath#.delete | - | code commas
    xpath#.set    | - | code commas
    xpath#.create | - | code commas
    xpath#.value  | - | code commas
`,
)

export const guestOptions: readonly OptionSpec[] = [
  metadata,
  memory,
  memorybacking,
  vcpus,
  cpu,
  boot,
  events,
  features,
  clock,
  pm,
  sysinfo,
  qemuCommandline,
  xml,
]
