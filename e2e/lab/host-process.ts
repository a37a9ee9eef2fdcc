import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, closeSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import {
  firstChild,
  identify,
  isAlive,
  OWNER_VARIABLE,
  type ProcessId,
} from './processes.ts'
import { asProcessEnv, CommandError, run, until, type Environment } from './run.ts'
import type { HostState, LabState } from './state.ts'

export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The environment of all that runs inside a lab; the mark lets a later `up` find what is left of it. */
export function labEnvironment(dir: string): Environment {
  return { PATH: SYSTEM_PATH, HOME: '/root', LANG: 'C.UTF-8', [OWNER_VARIABLE]: dir }
}

/** The name of the machine's own end of the lab's network. */
export function linkName(network: number): string {
  return `blab${network}`
}

/** Starts `unshare ARGS` in the background and answers it and its first child. */
async function unshare(
  dir: string,
  logFile: string,
  args: string[],
): Promise<{ outer: ProcessId; inner: ProcessId }> {
  const log = openSync(logFile, 'a')
  const child = spawn('unshare', args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: asProcessEnv(labEnvironment(dir)),
    cwd: '/',
  })
  closeSync(log)
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`unshare ended with ${code}; see ${logFile}`)),
    )
  })
  failed.catch(() => undefined) // After the start its end is no error of ours.
  child.unref()
  const outer = await Promise.race([
    until('unshare', 5000, () => identify(child.pid ?? 0), 5),
    failed,
  ])
  const inner = await Promise.race([
    until("unshare's child", 5000, () => firstChild(outer.pid), 5),
    failed,
  ])
  return { outer, inner }
}

const ip = (line: string) => run('ip', line.split(' '))

/** Runs `ip` in the network namespace of a process. */
export function ipIn(target: ProcessId, line: string): Promise<string> {
  return run('nsenter', ['-t', String(target.pid), '-n', 'ip', ...line.split(' ')])
}

/** Starts the network namespace that is the switch, with a bridge and the machine's own link into it. */
export async function startSwitch(dir: string, network: number): Promise<ProcessId> {
  const { inner } = await unshare(dir, join(dir, 'switch.log'), [
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    '--',
    'sleep',
    'infinity',
  ])
  const link = linkName(network)
  await ipIn(inner, 'link add br0 type bridge')
  await ipIn(inner, 'link set br0 up')
  await ip(`link add ${link} type veth peer name p0 netns ${inner.pid}`)
  await ipIn(inner, 'link set p0 master br0 up')
  await ip(`addr add 10.${network}.0.254/24 dev ${link}`)
  await ip(`link set ${link} up`)
  return inner
}

/** The switch's port of a host, counted from 1 in the order of the addresses. */
export function portName(address: string): string {
  return `p${address.split('.').at(-1)}`
}

/** Starts a host's pid 1, plugs its network in and waits until libvirtd and sshd take calls. */
export async function startHost(
  lab: Pick<LabState, 'dir' | 'imageDir' | 'switch'>,
  host: Pick<HostState, 'name' | 'uuid' | 'address'>,
): Promise<HostState> {
  const home = join(lab.dir, host.name)
  const shared = join(lab.dir, 'shared')
  mkdirSync(shared, { recursive: true })
  // Sockets of guests that died with the host.
  rmSync(join(home, 'agent'), { recursive: true, force: true })
  mkdirSync(join(home, 'agent'))
  const { outer, inner: init } = await unshare(lab.dir, join(home, 'init.log'), [
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
    '--',
    join(import.meta.dirname, 'host/init.sh'),
    home,
    host.name,
    lab.imageDir,
    shared,
  ])
  const state = { ...host, outer, init }
  const port = portName(host.address)
  // A host that was just killed takes its link along with its namespace, a moment later.
  await ipIn(lab.switch, `link del ${port}`).catch(() => undefined)
  // The same MAC after a reboot, or the others' ARP tables would send into the void for a while.
  const mac = `52:54:00:01:77:${Number(port.slice(1)).toString(16).padStart(2, '0')}`
  await ipIn(
    lab.switch,
    `link add ${port} type veth peer name eth0 address ${mac} netns ${init.pid}`,
  )
  await ipIn(lab.switch, `link set ${port} master br0 up`)
  await ipIn(init, `addr add ${host.address}/24 dev eth0`)
  await ipIn(init, 'link set eth0 up')
  await waitForServices(state, join(home, 'init.log'))
  return state
}

async function waitForServices(host: HostState, log: string): Promise<void> {
  // Before the host has its own /run, a virsh in it would find the machine's own libvirtd.
  const ready = `/proc/${host.init.pid}/root/run/lab-ready`
  await until(
    `pid 1 of ${host.name} (see ${log})`,
    20_000,
    () => {
      if (!isAlive(host.init)) throw new Error('it has died')
      return existsSync(ready)
    },
    20,
  )
  await until(`libvirtd of ${host.name} (see ${log})`, 30_000, async () => {
    await inHost(host, ['virsh', '-c', 'qemu:///system', 'uri'])
    return true
  })
  await until(`sshd of ${host.name}`, 10_000, async () => {
    await inHost(host, ['nc', '-z', host.address, '22'])
    return true
  })
}

/** Runs a command inside a host's namespaces (not over ssh) and answers its output. */
export function inHost(
  host: Pick<HostState, 'init'>,
  command: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<string> {
  return run(
    'nsenter',
    ['-t', String(host.init.pid), '-m', '-u', '-i', '-n', '-p', '--', ...command],
    {
      timeoutMs: 60_000,
      ...options,
      env: { PATH: SYSTEM_PATH, HOME: '/root', LANG: 'C.UTF-8' },
    },
  )
}

/** Defines a domain on a host. The XML goes by a file, since Node's stdin is a socket and cannot be opened again. */
export async function defineDomain(
  host: Pick<HostState, 'init'>,
  xml: string,
): Promise<void> {
  const script =
    'f=$(mktemp) && cat >"$f" && virsh -q -c qemu:///system define "$f"; r=$?; rm -f "$f"; exit $r'
  await inHost(host, ['sh', '-c', script], { input: xml })
}

const RUNS_ALREADY = /domain is already (active|running)/i

/**
 * Starts a domain. One that another process starts at the same moment is waited for; one that
 * somebody paused is resumed.
 */
export async function startDomain(
  host: Pick<HostState, 'init'>,
  name: string,
): Promise<void> {
  const virsh = (...args: string[]) =>
    inHost(host, ['virsh', '-q', '-c', 'qemu:///system', ...args])
  const failure = await until(`domain ${name} to run`, 30_000, async () => {
    try {
      const state = (await virsh('domstate', name)).trim()
      if (state !== 'running') await virsh(state === 'paused' ? 'resume' : 'start', name)
      return { error: undefined }
    } catch (error) {
      // Somebody was faster. His start may still fail, so the state is asked again.
      if (error instanceof CommandError && RUNS_ALREADY.test(error.stderr)) return false
      return { error }
    }
  })
  if (failure.error) throw failure.error
}
