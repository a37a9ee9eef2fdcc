/** Rows that several device options share, in the order virt-install applies them. */
export const groups = {
  address: `
    address.type          | address/@type          | text
    address.domain        | address/@domain        | int
    address.bus           | address/@bus           | int
    address.slot          | address/@slot          | int
    address.multifunction | address/@multifunction | on/off
    address.function      | address/@function      | int
    address.controller    | address/@controller    | int
    address.unit          | address/@unit          | int
    address.port          | address/@port          | int
    address.target        | address/@target        | int
    address.reg           | address/@reg           | text
    address.cssid         | address/@cssid         | text
    address.ssid          | address/@ssid          | text
    address.devno         | address/@devno         | text
    address.iobase        | address/@iobase        | text
    address.irq           | address/@irq           | text
    address.base          | address/@base          | text
    address.zpci.uid      | address/zpci/@uid      | text
    address.zpci.fid      | address/zpci/@fid      | text
    alias.name            | alias/@name            | text
`,
  boot: `
    boot.order    | boot/@order    | int  | boot_order
    boot.loadparm | boot/@loadparm | text
`,
  virtio: `
    driver.ats         | driver/@ats         | on/off
    driver.iommu       | driver/@iommu       | on/off
    driver.packed      | driver/@packed      | on/off
    driver.page_per_vq | driver/@page_per_vq | on/off
`,
  character: `
    type                       | @type                       | text        | char_type
    path                       | -                           | code
    mode                       | -                           | code
    bind_host                  | -                           | code
    host                       | -                           | code
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
    protocol.type              | protocol/@type              | text        | protocol
    log.file                   | log/@file                   | text
    log.append                 | log/@append                 | on/off
    source.clipboard.copypaste | source/clipboard/@copypaste | yes/no
    source.mouse.mode          | source/mouse/@mode          | text
    source.channel             | source/@channel             | text
    source.tls                 | source/@tls                 | yes/no
    target.address             | -                           | code        | target_address
    target.type                | target/@type                | text        | target_type
    target.name                | target/@name                | text        | name
    target.port                | target/@port                | int
    target.model.name          | target/model/@name          | text
`,
} as const
