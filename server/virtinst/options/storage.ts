import { device, type OptionSpec } from './table.ts'

const disk = device(
  'disk',
  'disk',
  { words: ['path'], groups: ['address', 'boot', 'virtio'] },
  `
    backing_store                       | -                                    | code
    backing_format                      | -                                    | code
    pool                                | -                                    | code
    vol                                 | -                                    | code
    size                                | -                                    | code
    format                              | -                                    | code
    sparse                              | -                                    | code
    type                                | -                                    | code
    source.dir | source/@dir                                    | text
    source.file | source/@file                                    | text
    source.dev | source/@dev                                    | text
    source.pool | source/@pool                                    | text        | source_pool
    source.volume | source/@volume                                    | text        | source_volume
    source.name                         | source/@name                         | text        | source_name
    source.protocol                     | source/@protocol                     | text        | source_protocol
    source.startupPolicy                | source/@startupPolicy                | text        | startup_policy
    source.type                         | source/@type                         | text
    source.namespace                    | source/@namespace                    | int
    source.managed                      | source/@managed                      | yes/no
    source.address.domain               | source/address/@domain               | int
    source.address.bus                  | source/address/@bus                  | int
    source.address.slot                 | source/address/@slot                 | int
    source.address.function             | source/address/@function             | int
    source.host#.name                   | source/host#/@name                   | text        | source_host_name
    source.host#.port                   | source/host#/@port                   | int         | source_host_port
    source.host#.socket                 | source/host#/@socket                 | text        | source_host_socket
    source.host#.transport              | source/host#/@transport              | text        | source_host_transport
    source.seclabel#.model              | source/seclabel#/@model              | text        | seclabel#.model
    source.seclabel#.relabel            | source/seclabel#/@relabel            | yes/no      | seclabel#.relabel
    source.seclabel#.label              | source/seclabel#/label               | text commas | seclabel#.label
    path                                | -                                    | code
    perms                               | -                                    | code
    device | @device                                    | text
    snapshot                            | @snapshot                            | text        | snapshot_policy
    sgio                                | @sgio                                | text
    rawio                               | @rawio                               | text
    serial                              | serial                               | text
    wwn                                 | wwn                                  | text
    readonly                            | readonly                             | present
    shareable                           | shareable                            | present
    transient                           | transient                            | present
    transient.shareBacking              | transient/@shareBacking              | yes/no
    target.bus                          | target/@bus                          | text | bus
    target.removable                    | target/@removable                    | on/off      | removable
    target.dev                          | target/@dev                          | text        | target
    target.rotation_rate                | target/@rotation_rate                | int         | rotation_rate
    driver.cache                        | driver/@cache                        | text | cache
    driver.discard                      | driver/@discard                      | text        | discard
    driver.detect_zeroes                | driver/@detect_zeroes                | text        | detect_zeroes
    driver.name                         | driver/@name                         | text        | driver_name
    driver.type                         | driver/@type                         | text        | driver_type
    driver.copy_on_read                 | driver/@copy_on_read                 | on/off
    driver.io                           | driver/@io                           | text        | io
    driver.iothread                     | driver/@iothread                     | int
    driver.queues                       | driver/@queues                       | int
    driver.error_policy                 | driver/@error_policy                 | text        | error_policy
    driver.discard_no_unref             | driver/@discard_no_unref             | on/off
    driver.queue_size                   | driver/@queue_size                   | int
    driver.metadata_cache.max_size      | driver/metadata_cache/max_size       | int
    driver.metadata_cache.max_size.unit | driver/metadata_cache/max_size/@unit | text
    iotune.read_bytes_sec               | iotune/read_bytes_sec                | int         | read_bytes_sec
    iotune.write_bytes_sec              | iotune/write_bytes_sec               | int         | write_bytes_sec
    iotune.total_bytes_sec              | iotune/total_bytes_sec               | int         | total_bytes_sec
    iotune.read_iops_sec                | iotune/read_iops_sec                 | int         | read_iops_sec
    iotune.write_iops_sec               | iotune/write_iops_sec                | int         | write_iops_sec
    iotune.total_iops_sec               | iotune/total_iops_sec                | int         | total_iops_sec
    blockio.logical_block_size          | blockio/@logical_block_size          | text        | logical_block_size
    blockio.physical_block_size         | blockio/@physical_block_size         | text        | physical_block_size
    blockio.discard_granularity         | blockio/@discard_granularity         | text
    geometry.cyls                       | geometry/@cyls                       | int
    geometry.heads                      | geometry/@heads                      | int
    geometry.secs                       | geometry/@secs                       | int
    geometry.trans                      | geometry/@trans                      | text
    source.reservations.managed         | source/reservations/@managed         | text        | reservations.managed
    source.reservations.source.type     | source/reservations/source/@type     | text        | reservations.source.type
    source.reservations.source.path     | source/reservations/source/@path     | text        | reservations.source.path
    source.reservations.source.mode     | source/reservations/source/@mode     | text        | reservations.source.mode
`,
)

const filesystem = device(
  'filesystem',
  'filesystem',
  { words: ['source', 'target'], groups: ['address', 'virtio'] },
  `
    type                | @type                | text
    accessmode          | @accessmode          | text    | mode
    model               | @model               | text
    multidevs           | @multidevs           | text
    readonly            | readonly             | present
    space_hard_limit    | space_hard_limit     | text
    space_soft_limit    | space_soft_limit     | text
    fmode               | @fmode               | text
    dmode               | @dmode               | text
    source              | source/@dir          | text
    target              | target/@dir          | text
    source.file         | source/@file         | text
    source.dir          | source/@dir          | text
    source.dev          | source/@dev          | text
    source.name         | source/@name         | text
    source.pool         | source/@pool         | text
    source.volume       | source/@volume       | text
    source.units        | source/@units        | text
    source.usage        | source/@usage        | text
    source.socket       | source/@socket       | text
    target.dir          | target/@dir          | text
    binary.path         | binary/@path         | text
    binary.xattr        | binary/@xattr        | on/off
    binary.cache.mode   | binary/cache/@mode   | text
    binary.lock.posix   | binary/lock/@posix   | on/off
    binary.lock.flock   | binary/lock/@flock   | on/off
    binary.sandbox.mode | binary/sandbox/@mode | text
    driver.format       | driver/@format       | text
    driver.name         | driver/@name         | text
    driver.queue        | driver/@queue        | text
    driver.type         | driver/@type         | text
    driver.wrpolicy     | driver/@wrpolicy     | text
`,
)

const controller = device(
  'controller',
  'controller',
  { words: ['type'], groups: ['address', 'virtio'] },
  `
    type                | @type              | text
    model               | @model             | text
    index               | @index             | int
    maxGrantFrames      | @maxGrantFrames    | int
    vectors             | @vectors           | int
    master.startport    | master/@startport  | int  | master
    driver.iothread     | driver/@iothread   | int
    driver.queues       | driver/@queues     | int  | driver_queues
    target.chassisNr    | target/@chassisNr  | int
    target.chassis      | target/@chassis    | int
    target.port         | target/@port       | int
    target.hotplug      | target/@hotplug    | text
    target.busNr        | target/@busNr      | int
    target.index        | target/@index      | int
    target.node         | target/node        | int
    target.memReserve   | target/@memReserve | int
    address             | -                  | code
    num_pcie_root_ports | -                  | code
`,
)

export const storageOptions: readonly OptionSpec[] = [disk, filesystem, controller]
