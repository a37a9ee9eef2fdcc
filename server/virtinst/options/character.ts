import { device, type OptionSpec } from './table.ts'

const serial = device(
  'serial',
  'serial',
  { words: ['type'], groups: ['address', 'character'] },
  `

`,
)

const parallel = device(
  'parallel',
  'parallel',
  { words: ['type'], groups: ['address', 'character'] },
  `

`,
)

const channel = device(
  'channel',
  'channel',
  { words: ['type'], groups: ['address', 'character'] },
  `

`,
)

const console = device(
  'console',
  'console',
  { words: ['type'], groups: ['address', 'character'] },
  `

`,
)

const smartcard = device(
  'smartcard',
  'smartcard',
  { words: ['mode'], groups: ['address'] },
  `
    mode                       | @mode                       | text or-default
    type                       | @type                       | text or-default
    source.path                | source/@path                | text
    source.host                | -                           | code
    source.service             | source/@service             | int
    source.bind_host           | -                           | code
    source.bind_service        | -                           | code
    source.connect_host        | -                           | code
    source.connect_service     | -                           | code
    source.mode                | source/@mode                | text
    source.master              | source/@master              | text
    source.slave               | source/@slave               | text
    source.seclabel#.model     | source/seclabel#/@model     | text
    source.seclabel#.relabel   | source/seclabel#/@relabel   | yes/no
    source.seclabel#.label     | source/seclabel#/label      | text commas
    protocol.type              | protocol/@type              | text
    log.file                   | log/@file                   | text
    log.append                 | log/@append                 | on/off
    source.clipboard.copypaste | source/clipboard/@copypaste | yes/no
    source.mouse.mode          | source/mouse/@mode          | text
    source.channel             | source/@channel             | text
    source.tls                 | source/@tls                 | yes/no
    database                   | database                    | text commas
    certificate#               | certificate#                | text commas
`,
)

const redirdev = device(
  'redirdev',
  'redirdev',
  { words: ['bus'], groups: ['address'] },
  `
    boot.order                 | boot/@order | int | boot_order
    bus                        | @bus                        | text or-default
    type                       | @type                       | text or-default
    server                     | -                           | code
    source.path                | source/@path                | text
    source.host                | -                           | code
    source.service             | source/@service             | int
    source.bind_host           | -                           | code
    source.bind_service        | -                           | code
    source.connect_host        | -                           | code
    source.connect_service     | -                           | code
    source.mode                | source/@mode                | text
    source.master              | source/@master              | text
    source.slave               | source/@slave               | text
    source.seclabel#.model     | source/seclabel#/@model     | text
    source.seclabel#.relabel   | source/seclabel#/@relabel   | yes/no
    source.seclabel#.label     | source/seclabel#/label      | text commas
    protocol.type              | protocol/@type              | text
    log.file                   | log/@file                   | text
    log.append                 | log/@append                 | on/off
    source.clipboard.copypaste | source/clipboard/@copypaste | yes/no
    source.mouse.mode          | source/mouse/@mode          | text
    source.channel             | source/@channel             | text
    source.tls                 | source/@tls                 | yes/no
`,
)

const rng = device(
  'rng',
  'rng',
  { words: ['backend.model'], groups: ['address', 'virtio'] },
  `
    type                               | -                                   | code
    device                             | -                                   | code
    model                              | @model                              | text
    backend                            | -                                   | code
    backend.model                      | backend/@model                      | text
    backend.type                       | backend/@type                       | text        | backend_type
    backend.source.path                | backend/source/@path                | text
    backend.source.host                | -                                   | code        | backend_host
    backend.source.service             | backend/source/@service             | int         | backend_service
    backend.source.bind_host           | -                                   | code
    backend.source.bind_service        | -                                   | code
    backend.source.connect_host        | -                                   | code        | backend_connect_host
    backend.source.connect_service     | -                                   | code        | backend_connect_service
    backend.source.mode                | backend/source/@mode                | text        | backend_mode
    backend.source.master              | backend/source/@master              | text
    backend.source.slave               | backend/source/@slave               | text
    backend.source.seclabel#.model     | backend/source/seclabel#/@model     | text
    backend.source.seclabel#.relabel   | backend/source/seclabel#/@relabel   | yes/no
    backend.source.seclabel#.label     | backend/source/seclabel#/label      | text commas
    backend.protocol.type              | backend/protocol/@type              | text
    backend.log.file                   | backend/log/@file                   | text
    backend.log.append                 | backend/log/@append                 | on/off
    backend.source.clipboard.copypaste | backend/source/clipboard/@copypaste | yes/no
    backend.source.mouse.mode          | backend/source/mouse/@mode          | text
    backend.source.channel             | backend/source/@channel             | text
    backend.source.tls                 | backend/source/@tls                 | yes/no
    rate.bytes                         | rate/@bytes                         | text        | rate_bytes
    rate.period                        | rate/@period                        | text        | rate_period
`,
)

export const characterOptions: readonly OptionSpec[] = [
  serial,
  parallel,
  channel,
  console,
  smartcard,
  redirdev,
  rng,
]
