import { plainOption, type OptionSpec } from './table.ts'

const osinfo = plainOption(
  'osinfo',
  { words: ['name'] },
  `
    name     | - | text
    short-id | - | text
    id       | - | text
    detect   | - | yes/no
    require  | - | yes/no
`,
)

const install = plainOption(
  'install',
  { words: ['os'] },
  `
    bootdev               | - | text commas
    kernel                | - | text commas
    initrd                | - | text commas
    kernel_args           | - | text commas
    kernel_args_overwrite | - | yes/no
    os                    | - | text
    no_install            | - | yes/no
`,
)

const location = plainOption(
  'location',
  { words: ['location'] },
  `
    location | - | text commas
    kernel   | - | text commas
    initrd   | - | text commas
`,
)

const cloudInit = plainOption(
  'cloud-init',
  { words: [] },
  `
    root-password-generate | - | yes/no
    root-password-file     | - | text
    disable                | - | yes/no
    root-ssh-key           | - | text   | ssh-key
    clouduser-ssh-key      | - | text
    user-data              | - | text
    meta-data              | - | text
    network-config         | - | text
`,
)

const unattended = plainOption(
  'unattended',
  { words: [] },
  `
    profile             | - | text
    admin-password-file | - | text
    user-login          | - | text
    user-password-file  | - | text
    product-key         | - | text
    reg-login           | - | text
`,
)

const check = plainOption(
  'check',
  { words: [] },
  `
    path_in_use | - | code:yes/no
    disk_size   | - | code:yes/no
    path_exists | - | code:yes/no
    mac_in_use  | - | code:yes/no
    all         | - | yes/no
`,
)

export const installOptions: readonly OptionSpec[] = [
  osinfo,
  install,
  location,
  cloudInit,
  unattended,
  check,
]
