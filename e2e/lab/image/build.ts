import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { run, runRaw } from '../run.ts'

/**
 * Debian's cloud kernel has no virtio built in. The order is the order of loading; with another
 * one a module fails with "unknown symbol" and the guest silently has no balloon.
 */
const MODULES = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'failover',
  'net_failover',
  'virtio_net',
  'virtio_blk',
  'virtio_balloon',
  'button',
  'evdev',
]
const APPLETS =
  'sh cat mount mkdir tr hostname insmod ip udhcpc dd poweroff reboot setsid sleep echo stty ls ps free top dmesg uname vi grep head rm df'
const source = (name: string) => join(import.meta.dirname, name)
const serviceScript = join(import.meta.dirname, '../host/service.sh')

function contentKey(): string {
  const hash = createHash('sha256')
  for (const file of [
    source('init.sh'),
    source('dhcp-event.sh'),
    source('agent.b64'),
    serviceScript,
  ])
    hash.update(readFileSync(file))
  hash.update(`${MODULES.join()} ${APPLETS}`)
  return hash.digest('hex').slice(0, 12)
}

async function download(folder: string, say: (line: string) => void): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const fetch = async () => {
    const depends = await run('apt-cache', ['depends', 'linux-image-cloud-amd64'])
    const kernel = /Depends: (linux-image-\S+)/.exec(depends)?.[1]
    if (!kernel) throw new Error('the package lists know no linux-image-cloud-amd64')
    // Download only: installing a kernel would bring initramfs-tools and a boot loader along.
    await run(
      'apt-get',
      ['download', '-o', 'APT::Sandbox::User=root', kernel, 'busybox-static'],
      {
        cwd: folder,
      },
    )
  }
  try {
    await fetch()
  } catch {
    say('fetching the package lists first')
    await run('apt-get', ['update'])
    await fetch()
  }
}

function debIn(folder: string, prefix: string): string | undefined {
  if (!existsSync(folder)) return undefined
  return readdirSync(folder).find(
    (name) => name.startsWith(prefix) && name.endsWith('.deb'),
  )
}

/**
 * The folder with the guests' `vmlinuz` and `initrd.gz`, built if this version of its sources has
 * not been built here before. Nothing is installed; the downloads are kept for the next version.
 */
export async function ensureImage(
  cacheDir: string,
  say: (line: string) => void,
): Promise<string> {
  const target = join(cacheDir, contentKey())
  if (existsSync(join(target, 'initrd.gz'))) return target
  if (process.arch !== 'x64')
    throw new Error(`the lab's guests are made for x86-64; this machine is ${process.arch}`)

  const downloads = join(cacheDir, 'packages')
  if (!debIn(downloads, 'linux-image-') || !debIn(downloads, 'busybox-static_')) {
    say("downloading the guests' kernel (27 MB)")
    await download(downloads, say)
  }
  say("building the guests' image")
  const work = join(cacheDir, `build.${process.pid}`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'unpacked'), { recursive: true })
  try {
    for (const prefix of ['linux-image-', 'busybox-static_'])
      await run('dpkg-deb', [
        '-x',
        join(downloads, debIn(downloads, prefix)!),
        join(work, 'unpacked'),
      ])
    await pack(work)
    rmSync(target, { recursive: true, force: true })
    renameSync(join(work, 'image'), target)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return target
}

async function pack(work: string): Promise<void> {
  const unpacked = join(work, 'unpacked')
  const root = join(work, 'root')
  const image = join(work, 'image')
  for (const folder of ['bin', 'modules', 'proc', 'sys', 'dev'])
    mkdirSync(join(root, folder), { recursive: true })
  mkdirSync(image)

  const version = readdirSync(join(unpacked, 'lib/modules'))[0]!
  const kernelTree = join(unpacked, 'lib/modules', version, 'kernel')
  const files = readdirSync(kernelTree, { recursive: true, encoding: 'utf8' })
  for (const module of MODULES) {
    const file = files.find((name) => name.endsWith(`/${module}.ko`))
    if (!file) throw new Error(`kernel ${version} has no module ${module}`)
    cpSync(join(kernelTree, file), join(root, 'modules', `${module}.ko`))
  }
  writeFileSync(join(root, 'modules/order'), `${MODULES.join('\n')}\n`)

  cpSync(join(unpacked, 'bin/busybox'), join(root, 'bin/busybox'))
  for (const applet of APPLETS.split(' '))
    await run('ln', ['-s', 'busybox', join(root, 'bin', applet)])
  const put = (name: string, content: string | Buffer) =>
    writeFileSync(join(root, name), content, { mode: 0o755 })
  put('init', readFileSync(source('init.sh')))
  put('bin/dhcp-event', readFileSync(source('dhcp-event.sh')))
  put('bin/agent', Buffer.from(readFileSync(source('agent.b64'), 'utf8'), 'base64'))

  const busybox = join(unpacked, 'bin/busybox')
  const names = ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })].join(
    '\n',
  )
  const archive = await runRaw(busybox, ['cpio', '-o', '-H', 'newc'], {
    cwd: root,
    input: `${names}\n`,
  })
  writeFileSync(
    join(image, 'initrd.gz'),
    await runRaw('gzip', ['-n', '-6'], { input: archive }),
  )
  cpSync(join(unpacked, `boot/vmlinuz-${version}`), join(image, 'vmlinuz'))
  cpSync(serviceScript, join(image, 'service.sh'))
  writeFileSync(join(image, 'version'), `${version}\n`)
}
