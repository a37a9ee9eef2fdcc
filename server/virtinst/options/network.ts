import { device, type OptionSpec } from './table.ts'

const network = device(
  'network',
  'interface',
  { words: ['type'], groups: ['address', 'boot', 'virtio'] },
  `
    network                              | -                                     | code
    bridge                               | -                                     | code
    type                                 | -                                     | code
    backend.type                         | backend/@type                         | text
    backend.logFile                      | backend/@logFile                      | text
    trustGuestRxFilters                  | @trustGuestRxFilters                  | yes/no
    source | - | code
    source.mode                          | source/@mode                          | text   | source_mode
    source.type                          | source/@type                          | text   | source_type
    source.path                          | source/@path                          | text   | source_path
    source.portgroup                     | source/@portgroup                     | text   | portgroup
    source.address.type                  | source/address/@type                  | text
    source.address.domain                | source/address/@domain                | int
    source.address.bus                   | source/address/@bus                   | int
    source.address.slot                  | source/address/@slot                  | int
    source.address.function              | source/address/@function              | int
    hostdev                              | -                                     | code
    target.dev                           | target/@dev                           | text   | target
    model.type                           | model/@type                           | text   | model
    mac.address                          | -                                     | code   | mac
    filterref.filter                     | filterref/@filter                     | text   | filterref
    link.state                           | -                                     | code   | link_state
    driver.name                          | driver/@name                          | text   | driver_name
    driver.queues                        | driver/@queues                        | int    | driver_queues
    rom.file                             | rom/@file                             | text   | rom_file
    rom.bar                              | rom/@bar                              | on/off | rom_bar
    mtu.size                             | mtu/@size                             | int
    virtualport.type                     | virtualport/@type                     | text   | virtualport_type
    virtualport.parameters.managerid     | virtualport/parameters/@managerid     | int    | virtualport_managerid
    virtualport.parameters.typeid        | virtualport/parameters/@typeid        | int    | virtualport_typeid
    virtualport.parameters.typeidversion | virtualport/parameters/@typeidversion | int    | virtualport_typeidversion
    virtualport.parameters.instanceid    | virtualport/parameters/@instanceid    | text   | virtualport_instanceid
    virtualport.parameters.profileid     | virtualport/parameters/@profileid     | text   | virtualport_profileid
    virtualport.parameters.interfaceid   | virtualport/parameters/@interfaceid   | text   | virtualport_interfaceid
    portForward#.proto                   | portForward#/@proto                   | text
    portForward#.address                 | portForward#/@address                 | text
    portForward#.dev                     | portForward#/@dev                     | text
    portForward#.range#.start            | portForward#/range#/@start            | int
    portForward#.range#.end              | portForward#/range#/@end              | int
    portForward#.range#.to               | portForward#/range#/@to               | int
    portForward#.range#.exclude          | portForward#/range#/@exclude          | yes/no
    portForward#                         | -                                     | code
`,
)

export const networkOptions: readonly OptionSpec[] = [network]
