import type { Page } from '@playwright/test'

import { kernelBasics } from '../lab/guest-xml.ts'
import type { Host, Lab } from '../lab/index.ts'

const words = {
  en: {
    line: 'virt-install line',
    name: /^Name/,
    memory: /^Memory /,
    addDisk: 'Add a disk',
    source: 'Install from',
    create: 'Create the domain',
    edit: 'Edit',
    editor: 'Edit the domain XML',
    keep: 'Keep the edit',
    drop: 'Drop the edits',
    getImage: 'Get an image',
    pool: 'Into the pool',
    file: 'File to upload',
    upload: 'Upload a file',
    uploading: 'Uploading',
    cancel: 'Cancel',
    fromPools: 'From the pools',
  },
  zh: {
    line: 'virt-install 命令行',
    name: /^名称/,
    memory: /^内存 /,
    addDisk: '添加磁盘',
    source: '安装来源',
    create: '创建虚拟机',
    edit: '编辑',
    editor: '编辑虚拟机 XML',
    keep: '保留修改',
    drop: '撤销修改',
    getImage: '获取镜像',
    pool: '目标存储池',
    file: '要上传的文件',
    upload: '上传文件',
    uploading: '正在上传',
    cancel: '取消',
    fromPools: '从存储池选择',
  },
} as const
export type CreateLanguage = keyof typeof words

/** Parts of the page of new domains that most tests need. */
export function createParts(page: Page, language: CreateLanguage = 'en') {
  const say = words[language]
  return {
    say,
    name: page.getByLabel(say.name),
    memory: page.getByLabel(say.memory),
    line: page.getByLabel(say.line, { exact: true }),
    xml: page.locator('pre').filter({ hasText: '<domain' }),
    create: page.getByRole('button', { name: say.create }),
    editor: page.getByLabel(say.editor),
    button: (name: 'edit' | 'keep' | 'drop') =>
      page.getByRole('button', { name: say[name], exact: true }),
  }
}

/** The page of new domains, for the host alpha. */
export async function openCreatePage(
  page: Page,
  url: string,
  language: CreateLanguage = 'en',
) {
  await page.context().addCookies([{ name: 'ballast-locale', value: language, url }])
  await page.goto(`${url}/create?host=alpha`)
  return createParts(page, language)
}

/** Names of the running domains of a host, as virsh has them. */
export async function runningNames(host: Host): Promise<string[]> {
  return (await host.virsh('list', '--name')).split('\n')
}

/** Removes a domain with all that it has. */
export async function removeDomain(host: Host, name: string): Promise<void> {
  const virsh = 'virsh -q -c qemu:///system'
  await host.exec(
    'bash',
    '-c',
    `${virsh} destroy ${name}; ${virsh} undefine ${name} --nvram --remove-all-storage; true`,
  )
}

/** A pool of a test's own on alpha; `sizeMiB`: no larger than that. */
export function testPool(lab: Lab, name: string, sizeMiB?: number) {
  const host = () => lab.host('alpha')
  const path = `/srv/${name}`
  const bash = async (script: string) => void (await host().exec('bash', '-c', script))
  return {
    name,
    path,
    async make() {
      const mount = sizeMiB ? `mount -t tmpfs -o size=${sizeMiB}m ${name} ${path} &&` : ''
      await bash(
        `mkdir -p ${path} && ${mount} virsh -q -c qemu:///system pool-create-as ${name} dir --target ${path}`,
      )
    },
    /** Names of its volumes, as virsh has them. */
    async volumes() {
      await host().virsh('pool-refresh', name)
      const rows = (await host().virsh('vol-list', name)).split('\n')
      return rows.map((row) => row.trim().split(/\s+/)[0]).filter(Boolean)
    },
    async remove() {
      await bash(
        `virsh -q -c qemu:///system pool-destroy ${name}; umount ${path} 2>/dev/null; rm -rf ${path}; true`,
      )
    },
  }
}

/** A line whose domain boots the lab's kernel: quick, and it runs. */
export function labLine(name: string, more = ''): string {
  return `virt-install --name ${name} --memory 128 --osinfo linux2020 --virt-type qemu --boot 'kernel=/srv/lab/vmlinuz,initrd=/srv/lab/initrd.gz,kernel_args="console=ttyS0 ${kernelBasics}"' --network none --graphics none --import ${more}`.trim()
}

/** An ISO 9660 image that says of itself that it is Arch Linux, and has no file in it. */
export function archImage(): Buffer {
  const image = Buffer.alloc(64 * 1024)
  const descriptor = image.subarray(16 * 2048, 17 * 2048)
  descriptor.fill(' ', 8, 72)
  descriptor.fill(' ', 190, 813)
  descriptor.writeUInt8(1, 0)
  descriptor.write('CD001', 1)
  descriptor.writeUInt8(1, 6)
  descriptor.write('ARCH_202211', 40)
  descriptor.writeUInt32LE(32, 80)
  descriptor.writeUInt32BE(32, 84)
  descriptor.writeUInt16LE(2048, 128)
  descriptor.writeUInt16BE(2048, 130)
  descriptor.write('ARCH LINUX <HTTPS://ARCHLINUX.ORG>', 318)
  descriptor.write('ARCH LINUX LIVE/RESCUE CD', 574)
  const end = image.subarray(17 * 2048, 18 * 2048)
  end.writeUInt8(255, 0)
  end.write('CD001', 1)
  end.writeUInt8(1, 6)
  return image
}
