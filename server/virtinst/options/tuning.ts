import { domainElement, option, type OptionSpec } from './table.ts'

const cputune = option(
  'cputune',
  { words: ['model'] },
  `
    shares                      | cputune/shares                       | int
    period                      | cputune/period                       | int
    quota                       | cputune/quota                        | int
    global_period               | cputune/global_period                | int
    global_quota                | cputune/global_quota                 | int
    emulator_period             | cputune/emulator_period              | int
    emulator_quota              | cputune/emulator_quota               | int
    iothread_period             | cputune/iothread_period              | int
    iothread_quota              | cputune/iothread_quota               | int
    vcpupin#.vcpu               | cputune/vcpupin#/@vcpu               | int
    vcpupin#.cpuset             | cputune/vcpupin#/@cpuset             | text commas
    emulatorpin.cpuset          | cputune/emulatorpin/@cpuset          | text commas
    iothreadpin#.iothread       | cputune/iothreadpin#/@iothread       | int
    iothreadpin#.cpuset         | cputune/iothreadpin#/@cpuset         | text commas
    emulatorsched.scheduler     | cputune/emulatorsched/@scheduler     | text
    emulatorsched.priority      | cputune/emulatorsched/@priority      | int
    vcpusched#.vcpus            | cputune/vcpusched#/@vcpus            | text commas
    vcpusched#.scheduler        | cputune/vcpusched#/@scheduler        | text
    vcpusched#.priority         | cputune/vcpusched#/@priority         | int
    iothreadsched#.iothreads    | cputune/iothreadsched#/@iothreads    | text commas
    iothreadsched#.scheduler    | cputune/iothreadsched#/@scheduler    | text
    iothreadsched#.priority     | cputune/iothreadsched#/@priority     | int
    cachetune#.vcpus            | cputune/cachetune#/@vcpus            | text commas
    cachetune#.cache#.id        | cputune/cachetune#/cache#/@id        | int
    cachetune#.cache#.level     | cputune/cachetune#/cache#/@level     | int
    cachetune#.cache#.type      | cputune/cachetune#/cache#/@type      | text
    cachetune#.cache#.size      | cputune/cachetune#/cache#/@size      | int
    cachetune#.cache#.unit      | cputune/cachetune#/cache#/@unit      | text
    cachetune#.monitor#.level   | cputune/cachetune#/monitor#/@level   | int
    cachetune#.monitor#.vcpus   | cputune/cachetune#/monitor#/@vcpus   | text commas
    memorytune#.vcpus           | cputune/memorytune#/@vcpus           | text commas
    memorytune#.node#.id        | cputune/memorytune#/node#/@id        | int
    memorytune#.node#.bandwidth | cputune/memorytune#/node#/@bandwidth | int
`,
)

const numatune = option(
  'numatune',
  { words: ['nodeset'] },
  `
    memory.nodeset   | numatune/memory/@nodeset   | text commas | nodeset
    memory.mode      | numatune/memory/@mode      | text        | mode
    memory.placement | numatune/memory/@placement | text
    memnode#.cellid  | numatune/memnode#/@cellid  | int commas
    memnode#.mode    | numatune/memnode#/@mode    | text
    memnode#.nodeset | numatune/memnode#/@nodeset | text commas
`,
)

const memtune = option(
  'memtune',
  { words: ['soft_limit'] },
  `
    hard_limit      | memtune/hard_limit      | int
    soft_limit      | memtune/soft_limit      | int
    swap_hard_limit | memtune/swap_hard_limit | int
    min_guarantee   | memtune/min_guarantee   | int
`,
)

const blkiotune = option(
  'blkiotune',
  { words: ['weight'] },
  `
    weight                  | blkiotune/weight                  | int
    device#.path            | blkiotune/device#/path            | text | device_path
    device#.weight          | blkiotune/device#/weight          | text | device_weight
    device#.read_bytes_sec  | blkiotune/device#/read_bytes_sec  | int  | read_bytes_sec
    device#.write_bytes_sec | blkiotune/device#/write_bytes_sec | int  | write_bytes_sec
    device#.read_iops_sec   | blkiotune/device#/read_iops_sec   | int  | read_iops_sec
    device#.write_iops_sec  | blkiotune/device#/write_iops_sec  | int  | write_iops_sec
`,
)

const iothreads = option(
  'iothreads',
  { words: ['iothreads'] },
  `
    iothreads                             | iothreads                              | int
    iothreadids.iothread#.id              | iothreadids/iothread#/@id              | int
    iothreadids.iothread#.thread_pool_min | iothreadids/iothread#/@thread_pool_min | int
    iothreadids.iothread#.thread_pool_max | iothreadids/iothread#/@thread_pool_max | int
    defaultiothread.thread_pool_min       | defaultiothread/@thread_pool_min       | int
    defaultiothread.thread_pool_max       | defaultiothread/@thread_pool_max       | int
    iothreadids.iothread#.poll.max        | iothreadids/iothread#/poll/@max        | int
    iothreadids.iothread#.poll.grow       | iothreadids/iothread#/poll/@grow       | int
    iothreadids.iothread#.poll.shrink     | iothreadids/iothread#/poll/@shrink     | int
`,
)

const resource = option(
  'resource',
  { words: ['partition'] },
  `
    partition          | resource/partition           | text
    fibrechannel.appid | resource/fibrechannel/@appid | text commas
`,
)

const idmap = option(
  'idmap',
  { words: [] },
  `
    uid.start  | idmap/uid/@start  | int | uid_start
    uid.target | idmap/uid/@target | int | uid_target
    uid.count  | idmap/uid/@count  | int | uid_count
    gid.start  | idmap/gid/@start  | int | gid_start
    gid.target | idmap/gid/@target | int | gid_target
    gid.count  | idmap/gid/@count  | int | gid_count
`,
)

const keywrap = option(
  'keywrap',
  { words: [] },
  `
    cipher#.name  | keywrap/cipher#/@name  | text commas
    cipher#.state | keywrap/cipher#/@state | text commas
`,
)

const seclabel = domainElement(
  'seclabel',
  'seclabel',
  { words: [] },
  `
    type      | @type     | text
    model     | @model    | text
    relabel   | @relabel  | yes/no
    label     | label     | text commas
    baselabel | baselabel | text commas
`,
)

const launchSecurity = option(
  'launchSecurity',
  { words: ['type'] },
  `
    type                    | launchSecurity/@type                        | text
    cbitpos                 | launchSecurity/cbitpos                      | int
    reducedPhysBits         | launchSecurity/reducedPhysBits              | int
    policy                  | launchSecurity/policy                       | text
    session                 | launchSecurity/session                      | text
    dhCert                  | launchSecurity/dhCert                       | text
    guestVisibleWorkarounds | launchSecurity/guestVisibleWorkarounds      | text
    idBlock                 | launchSecurity/idBlock                      | text
    idAuth                  | launchSecurity/idAuth                       | text
    hostData                | launchSecurity/hostData                     | text
    kernelHashes            | launchSecurity/@kernelHashes                | yes/no
    authorKey               | launchSecurity/@authorKey                   | yes/no
    vcek                    | launchSecurity/@vcek                        | yes/no
    mrConfigId              | launchSecurity/mrConfigId                   | text
    mrOwner                 | launchSecurity/mrOwner                      | text
    mrOwnerConfig           | launchSecurity/mrOwnerConfig                | text
    quoteGenerationService  | launchSecurity/quoteGenerationService       | present
    quoteGenerationSocket   | launchSecurity/quoteGenerationService/@path | text
`,
)

export const tuningOptions: readonly OptionSpec[] = [
  cputune,
  numatune,
  memtune,
  blkiotune,
  iothreads,
  resource,
  idmap,
  keywrap,
  seclabel,
  launchSecurity,
]
