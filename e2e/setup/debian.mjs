// Plain JavaScript for Node 20: this runs before any package is installed.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { quietly, step } from './steps.mjs'

/** Debian's packages, by what needs them. */
export const PACKAGES = {
  lab: [
    'libvirt-daemon-system',
    'libvirt-clients',
    'qemu-system-x86',
    'qemu-utils',
    // Firmware and TPMs of guests: 16 MB, 8 s.
    'ovmf',
    'swtpm',
    'swtpm-tools',
    'openssh-server',
    'openssh-client',
    'dnsmasq-base',
    'iptables',
    'iproute2',
    'netcat-openbsd',
  ],
  browser: ['chromium', 'fonts-noto-cjk'],
  bench: ['python3-libvirt', 'virtinst'],
  metrics: ['prometheus'],
}

/** How long another program may hold Debian's locks: a new machine updates itself at its first boot. */
const LOCK_MS = 300_000
const LOCK_RETRY_MS = 3000

async function missingPackages(packages) {
  const installed = await quietly('dpkg-query', [
    '-W',
    '-f',
    '${Package} ${db:Status-Status}\n',
  ])
  const present = new Set(
    installed.split('\n').filter((line) => line.endsWith(' installed')),
  )
  return packages.filter((name) => !present.has(`${name} installed`))
}

/** Installs those of Debian's packages that are missing. Their services are neither wanted nor started. */
export async function ensureDebian(packages) {
  let missing
  try {
    missing = await missingPackages(packages)
  } catch {
    throw new Error(`this is not Debian: install what corresponds to ${packages.join(' ')}`)
  }
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid() !== 0)
    throw new Error(`packages are missing and this is not root. As root:\n  ${command}`)
  await step("reading Debian's package lists", () => aptGet(['update']))
  await step(`installing ${missing.join(' ')}`, () =>
    unbroken(() =>
      withoutServices(() =>
        aptGet(['install', '-y', '--no-install-recommends', ...missing]),
      ),
    ),
  )
}

/** Runs apt-get where Ctrl+C does not reach it, and waits for another that holds the lock. */
async function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const deadline = Date.now() + LOCK_MS
  for (;;)
    try {
      return await quietly('apt-get', args, { env, detached: true })
    } catch (error) {
      const locked = /could not get lock|unable to lock/i.test(error.output ?? '')
      if (!locked || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS))
    }
}

/** Puts a wish to end off until the work is done: half an installation would have to be mended by hand. */
async function unbroken(work) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  let wanted = false
  const wait = () => {
    if (!wanted) process.stderr.write('\nstopping when the packages are in place\n')
    wanted = true
  }
  for (const signal of signals) process.on(signal, wait)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, wait)
    if (wanted) process.exit(130)
  }
}

/**
 * What keeps packages from starting services while they are installed (policy-rc.d), and from
 * having them started at each boot (systemd.preset(5)): the lab starts its own.
 */
const HOLDS = {
  '/usr/sbin/policy-rc.d': '#!/bin/sh\n# Ballast is installing packages.\nexit 101\n',
  '/run/systemd/system-preset/00-ballast.preset':
    '# Ballast is installing packages.\ndisable libvirt*\ndisable virt*\ndisable ssh*\n',
}

/** Does the work while the holds are in place. One of the machine's own stays as it is. */
async function withoutServices(work) {
  const ours = Object.entries(HOLDS).filter(
    // One that a killed installation left behind is ours too.
    ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') === text,
  )
  for (const [file, text] of ours) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
  try {
    return await work()
  } finally {
    for (const [file] of ours) rmSync(file, { force: true })
  }
}
