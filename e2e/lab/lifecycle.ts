import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { guestXml } from './guest-xml.ts'
import { Guest } from './guest.ts'
import { makeClientKey, writeClientFiles, writeHostFiles } from './host-files.ts'
import {
  defineDomain,
  inHost,
  linkName,
  startDomain,
  startHost,
  startSwitch,
} from './host-process.ts'
import { ensureImage } from './image/build.ts'
import { withLock } from './lock.ts'
import { FLEET, uuidFor, type GuestPlan, type HostPlan } from './plan.ts'
import {
  findInNamespace,
  findOwned,
  isAlive,
  signal,
  yieldToOthers,
  type ProcessInfo,
} from './processes.ts'
import { run, until } from './run.ts'
import {
  readState,
  writeState,
  type HostState,
  type LabPlace,
  type LabState,
} from './state.ts'

export interface UpOptions {
  /** How many of the plan's hosts; all by default. */
  hosts?: number
  /** False returns when the guests are started but have not booted yet. */
  waitForGuests?: boolean
  /** Takes a line for each step that lasts. */
  say?: (line: string) => void
}

function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error('the lab makes namespaces, mounts and network links: run it as root')
}

const lockFile = (place: LabPlace) => `${place.dir}.lock`

/**
 * Makes the lab as the plan wants it: what is missing or dead is started, what runs is left alone.
 * What a killed lab left behind is cleaned first. Says whether anything had to be done.
 */
export async function up(place: LabPlace, options: UpOptions = {}): Promise<boolean> {
  requireRoot()
  const say = options.say ?? (() => undefined)
  const plans = FLEET.slice(0, options.hosts ?? FLEET.length)
  return withLock(lockFile(place), 180_000, async () => {
    let state = readState(place.dir)
    if (state && !isAlive(state.switch)) {
      say('cleaning up after a lab that was killed')
      await clean(place)
      state = undefined
    }
    if (state && (await isComplete(state, plans))) return false
    if (!state) {
      await clean(place)
      state = await lay(place, say)
    }
    for (const plan of plans) await bringHost(state, plan, say)
    await Promise.all(plans.map((plan) => bringGuests(state, plan)))
    if (options.waitForGuests === false) return true
    say('waiting for the guests to boot')
    await Promise.all(plans.map((plan) => waitForGuests(state, plan)))
    return true
  })
}

async function isComplete(state: LabState, plans: readonly HostPlan[]): Promise<boolean> {
  const answers = await Promise.all(
    plans.map(async (plan) => {
      const host = state.hosts.find(({ name }) => name === plan.name)
      if (!host || !isAlive(host.init)) return false
      const running = await runningGuests(host).catch((): string[] => [])
      return plan.guests.every((guest) => !guest.running || running.includes(guest.name))
    }),
  )
  return answers.every(Boolean)
}

async function runningGuests(host: HostState): Promise<string[]> {
  const virsh = ['virsh', '-c', 'qemu:///system', 'list', '--name', '--state-running']
  return (await inHost(host, virsh, { timeoutMs: 10_000 })).split('\n').filter(Boolean)
}

/** The lab's ground: the image, the keys, the switch. */
async function lay(place: LabPlace, say: (line: string) => void): Promise<LabState> {
  const imageDir = await ensureImage(place.cacheDir, say)
  mkdirSync(place.dir, { recursive: true, mode: 0o755 })
  await makeClientKey(place.dir)
  const files = FLEET.map((plan, index) => ({
    name: plan.name,
    own: plan.own,
    uuid: uuidFor(`${place.network}/${plan.name}`),
    address: `10.${place.network}.0.${index + 1}`,
  }))
  for (const host of files) await writeHostFiles(place.dir, host, files)
  await writeClientFiles(place.dir, files)
  const state: LabState = {
    version: 1,
    dir: place.dir,
    network: place.network,
    imageDir,
    switch: await startSwitch(place.dir, place.network),
    hosts: [],
  }
  writeState(state)
  return state
}

async function bringHost(
  state: LabState,
  plan: HostPlan,
  say: (line: string) => void,
): Promise<void> {
  const known = state.hosts.find(({ name }) => name === plan.name)
  if (known && isAlive(known.init)) return
  say(`starting host ${plan.name}`)
  const index = FLEET.findIndex(({ name }) => name === plan.name)
  const host = await startHost(state, {
    name: plan.name,
    uuid: uuidFor(`${state.network}/${plan.name}`),
    address: `10.${state.network}.0.${index + 1}`,
  })
  state.hosts = [...state.hosts.filter(({ name }) => name !== plan.name), host]
  writeState(state)
}

async function bringGuests(state: LabState, plan: HostPlan): Promise<void> {
  const host = state.hosts.find(({ name }) => name === plan.name)!
  const virsh = (...args: string[]) =>
    inHost(host, ['virsh', '-q', '-c', 'qemu:///system', ...args])
  const defined = (await virsh('list', '--all', '--name')).split('\n')
  const running = await runningGuests(host)
  for (const guest of plan.guests) {
    if (!defined.includes(guest.name)) await defineGuest(host, guest)
    if (!guest.running || running.includes(guest.name)) continue
    await startDomain(host, guest.name)
    // On two cores the boot of eight guests must not starve what is tested or shown beside them.
    for (const process of findInNamespace(host.init))
      if (process.command.startsWith('qemu-system')) yieldToOthers(process)
  }
}

async function waitForGuests(state: LabState, plan: HostPlan): Promise<void> {
  for (const { name, running } of plan.guests)
    if (running) await new Guest(state.dir, plan.name, name).waitReady()
}

/** Defines a guest, with an empty disk where it has one and none is there. */
export async function defineGuest(host: HostState, guest: GuestPlan): Promise<void> {
  const file = `/var/lib/libvirt/images/${guest.name}.qcow2`
  if (guest.diskMiB)
    await inHost(host, [
      'sh',
      '-c',
      `[ -e ${file} ] || qemu-img create -q -f qcow2 ${file} ${guest.diskMiB}M`,
    ])
  await defineDomain(host, guestXml(guest))
}

/** Ends the lab and removes all of it but the image. Does nothing where there is none. */
export async function down(place: LabPlace): Promise<void> {
  requireRoot()
  if (!existsSync(place.dir) && findOwned(place.dir).length === 0) return
  await withLock(lockFile(place), 180_000, () => clean(place))
}

/**
 * Kills what carries this lab's mark (the state file may be lost or of another boot, so its pids
 * alone are not trusted), and with it the namespaces, mounts and links; then removes the files.
 */
async function clean(place: LabPlace): Promise<void> {
  // Killing pid 1 of a namespace kills all in it; the rest of the list is then gone. One that is
  // ending has lost its mark already but lives until all others of its namespace are reaped.
  const seen = new Map<number, ProcessInfo>()
  await until(
    `the processes of ${place.dir} to end`,
    20_000,
    () => {
      for (const process of findOwned(place.dir)) seen.set(process.pid, process)
      for (const [pid, process] of seen) if (!signal(process, 'SIGKILL')) seen.delete(pid)
      return seen.size === 0
    },
    20,
  )
  const link = linkName(place.network)
  await until(
    `the link ${link} to go`,
    5000,
    async () => {
      if (!existsSync(`/sys/class/net/${link}`)) return true
      await run('ip', ['link', 'del', link]).catch(() => undefined)
      return !existsSync(`/sys/class/net/${link}`)
    },
    20,
  )
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point === place.dir || point.startsWith(`${place.dir}/`))
  for (const point of mounts.toReversed()) await run('umount', ['-l', point])
  rmSync(place.dir, { recursive: true, force: true })
}

export interface GuestStatus {
  name: string
  uuid: string
  state: string
}

export interface HostStatus {
  name: string
  uuid: string
  address: string
  /** Whether its pid 1 lives. */
  alive: boolean
  /** Why libvirt gave no list of guests. */
  error?: string
  /** For Ballast. */
  uri: string
  guests: GuestStatus[]
}

export interface LabStatus {
  state: 'up' | 'down' | 'partial'
  dir: string
  sshConfig: string
  hosts: HostStatus[]
}

/** The libvirt URI of a host, good for Ballast; virsh ignores `known_hosts` and needs `command` besides. */
export function hostUri(dir: string, address: string): string {
  return `qemu+ssh://root@${address}/system?keyfile=${dir}/id_ed25519&known_hosts=${dir}/known_hosts`
}

/** What the lab is right now, asked of each host itself. */
export async function status(place: LabPlace): Promise<LabStatus> {
  const state = readState(place.dir)
  const base = { dir: place.dir, sshConfig: join(place.dir, 'ssh_config') }
  if (!state) return { state: 'down', ...base, hosts: [] }
  const hosts = await Promise.all(state.hosts.map((host) => hostStatus(place.dir, host)))
  const good =
    isAlive(state.switch) && hosts.length > 0 && hosts.every(({ error }) => !error)
  const dead = !isAlive(state.switch) && hosts.every(({ alive }) => !alive)
  return { state: dead ? 'down' : good ? 'up' : 'partial', ...base, hosts }
}

async function hostStatus(dir: string, host: HostState): Promise<HostStatus> {
  const base = {
    name: host.name,
    uuid: host.uuid,
    address: host.address,
    uri: hostUri(dir, host.address),
  }
  if (!isAlive(host.init))
    return { ...base, alive: false, error: 'not running', guests: [] }
  try {
    const list = await inHost(
      host,
      ['virsh', '-q', '-c', 'qemu:///system', 'list', '--all'],
      { timeoutMs: 5000 },
    )
    const guests = list
      .split('\n')
      .map((line) => /^\s*\S+\s+(\S+)\s+(.+?)\s*$/.exec(line))
      .filter((match) => match !== null)
      .map(([, name = '', state = '']) => ({ name, uuid: uuidFor(name), state }))
    return { ...base, alive: true, guests }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { ...base, alive: true, error: text, guests: [] }
  }
}
