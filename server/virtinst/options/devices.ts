import { device, type OptionSpec } from './table.ts'

const hostdev = device(
  'hostdev',
  'hostdev',
  { words: ['name'], groups: ['address'] },
  `
    boot.order           | boot/@order | int | boot_order
    type                 | @type                 | text
    name                 | -                     | code
    driver.name          | driver/@name          | text   | driver_name
    rom.bar              | rom/@bar              | on/off | rom_bar
    source.startupPolicy | source/@startupPolicy | text
`,
)

const watchdog = device(
  'watchdog',
  'watchdog',
  { words: ['model'], groups: ['address'] },
  `
    model  | @model  | text or-default
    action | @action | text or-default
`,
)

const memballoon = device(
  'memballoon',
  'memballoon',
  { words: ['model'], groups: ['address', 'virtio'] },
  `
    model             | @model             | text or-default
    autodeflate       | @autodeflate       | on/off
    stats.period      | stats/@period      | int
    freePageReporting | @freePageReporting | on/off
`,
)

const tpm = device(
  'tpm',
  'tpm',
  { words: ['type'], groups: ['address'] },
  `
    model                           | @model                          | text
    backend.type                    | backend/@type                   | text    | type
    backend.version                 | backend/@version                | text    | version
    backend.device.path             | backend/device/@path            | text    | path
    backend.encryption.secret       | backend/encryption/@secret      | text
    backend.persistent_state        | backend/@persistent_state       | yes/no
    backend.debug                   | backend/@debug                  | text
    backend.source.type             | backend/source/@type            | text
    backend.source.path             | backend/source/@path            | text
    backend.profile.source          | backend/profile/@source         | text
    backend.profile.removeDisabled  | backend/profile/@removeDisabled | text
    backend.active_pcr_banks.sha1   | backend/active_pcr_banks/sha1   | present
    backend.active_pcr_banks.sha256 | backend/active_pcr_banks/sha256 | present
    backend.active_pcr_banks.sha384 | backend/active_pcr_banks/sha384 | present
    backend.active_pcr_banks.sha512 | backend/active_pcr_banks/sha512 | present
`,
)

const panic = device(
  'panic',
  'panic',
  { words: ['model'], groups: ['address'] },
  `
    iobase | address/@iobase | text
    model  | @model          | text or-default
`,
)

const shmem = device(
  'shmem',
  'shmem',
  { words: ['name'], groups: ['address'] },
  `
    name          | @name          | text
    role          | @role          | text
    model.type    | model/@type    | text
    size          | size           | int
    size.unit     | size/@unit     | text
    server.path   | server/@path   | text
    msi.vectors   | msi/@vectors   | int
    msi.ioeventfd | msi/@ioeventfd | text
`,
)

const memdev = device(
  'memdev',
  'memory',
  { words: ['model'], groups: ['address'] },
  `
    model                  | @model                  | text
    access                 | @access                 | text
    discard                | @discard                | yes/no
    uuid                   | uuid                    | text
    target.size            | -                       | code        | target_size
    target.node            | target/node             | int         | target_node
    target.label_size      | -                       | code        | target_label_size
    target.block           | target/block            | int
    target.current         | target/current          | int
    target.requested       | target/requested        | int
    target.readonly        | target/readonly         | present
    target.address_base    | target/address/@base    | text
    source.pagesize        | source/pagesize         | int         | source_pagesize
    source.path            | source/path             | text        | source_path
    source.nodemask        | source/nodemask         | text commas | source_nodemask
    source.pmem            | source/pmem             | present
    source.alignsize       | -                       | code
    target.dynamicMemslots | target/@dynamicMemslots | text
`,
)

const vsock = device(
  'vsock',
  'vsock',
  { words: ['model'], groups: ['address', 'virtio'] },
  `
    model       | @model       | text or-default
    cid.auto    | cid/@auto    | yes/no          | auto_cid
    cid.address | cid/@address | int             | cid
`,
)

const iommu = device(
  'iommu',
  'iommu',
  { words: ['model'], groups: [] },
  `
    model               | @model               | text
    driver.aw_bits      | driver/@aw_bits      | int
    driver.intremap     | driver/@intremap     | on/off
    driver.caching_mode | driver/@caching_mode | on/off
    driver.eim          | driver/@eim          | on/off
    driver.iotlb        | driver/@iotlb        | on/off
`,
)

const pstore = device(
  'pstore',
  'pstore',
  { words: [], groups: [] },
  `
    backend | @backend | text
    path    | path     | text
    size    | size     | int
`,
)

export const devicesOptions: readonly OptionSpec[] = [
  hostdev,
  watchdog,
  memballoon,
  tpm,
  panic,
  shmem,
  memdev,
  vsock,
  iommu,
  pstore,
]
