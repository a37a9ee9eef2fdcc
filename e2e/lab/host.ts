import { join } from 'node:path'

import { guestXml } from './guest-xml.ts'
import { Guest } from './guest.ts'
import {
  defineDomain,
  inHost,
  ipIn,
  portName,
  startDomain,
  startHost,
  SYSTEM_PATH,
} from './host-process.ts'
import { defineGuest, hostUri } from './lifecycle.ts'
import { FLEET, guestPlan, type GuestPlan } from './plan.ts'
import { findInNamespace, signal, type ProcessInfo } from './processes.ts'
import { run, until } from './run.ts'
import { readState, writeState, type HostState, type LabState } from './state.ts'

/** A host of the running lab: what to reach it by, and what can be done to it. */
export class Host {
  readonly name: string
  private readonly dir: string

  constructor(dir: string, name: string) {
    this.dir = dir
    this.name = name
  }

  private lab(): LabState {
    const state = readState(this.dir)
    if (!state) throw new Error(`no lab in ${this.dir}`)
    return state
  }

  private get state(): HostState {
    const host = this.lab().hosts.find(({ name }) => name === this.name)
    if (!host) throw new Error(`the lab in ${this.dir} has no host ${this.name}`)
    return host
  }

  get uuid(): string {
    return this.state.uuid
  }

  get address(): string {
    return this.state.address
  }

  /** The URI to add to Ballast: no ssh_config is needed. */
  get uri(): string {
    return hostUri(this.dir, this.address)
  }

  /** The URI for a virsh outside: it does not pass `known_hosts` on to ssh, so ssh is wrapped. */
  get virshUri(): string {
    return `qemu+ssh://${this.name}/system?command=${this.dir}/ssh`
  }

  /** As uri, for a user that may log in but is denied by libvirt. */
  get deniedUri(): string {
    return this.uri.replace('root@', 'stranger@')
  }

  /** The daemon's own socket as it is seen from outside the host, for a client without ssh. */
  get libvirtSocket(): string {
    return this.outside('/run/libvirt/libvirt-sock')
  }

  /** Where a path of the host is for whoever is outside of it. */
  outside(path: string): string {
    return `/proc/${this.state.init.pid}/root${path}`
  }

  /** Runs a command on the host, by its namespaces and not by ssh, so that a cut network does not matter. */
  exec(...command: string[]): Promise<string> {
    return inHost(this.state, command)
  }

  /** Runs `virsh` on the host itself (60 ms) and answers its output. */
  virsh(...args: string[]): Promise<string> {
    return this.exec('virsh', '-q', '-c', 'qemu:///system', ...args)
  }

  /** Defines a domain from XML text. */
  async define(xml: string): Promise<void> {
    await defineDomain(this.state, xml)
  }

  /** Defines a guest of the plan again, after a test has undefined or changed it. */
  async redefine(name: string): Promise<void> {
    const plan = FLEET.flatMap(({ guests }) => guests).find((guest) => guest.name === name)
    if (!plan) throw new Error(`the plan has no guest ${name}`)
    await this.define(guestXml(plan))
  }

  /** Makes a guest that is not of the plan, for one test; resolves when it has booted. */
  async makeGuest(plan: Partial<GuestPlan> & { name: string }): Promise<Guest> {
    const whole = guestPlan(plan.name, plan)
    await defineGuest(this.state, whole)
    if (!whole.running) return this.guest(plan.name)
    await startDomain(this.state, plan.name)
    await this.guest(plan.name).waitReady()
    return this.guest(plan.name)
  }

  /**
   * Ends and forgets a guest with its disk, whatever state it is in; nothing where there is none.
   * Rejects when libvirt still knows it after that.
   */
  async removeGuest(name: string): Promise<void> {
    await this.startLibvirtd()
    await this.forget(name, 30_000).catch(async () => {
      // A job that nobody ends any more holds it; libvirtd forgets that when it starts anew.
      await this.killLibvirtd()
      await this.startLibvirtd()
      await this.forget(name, 30_000)
    })
    await this.exec('rm', '-f', `/var/lib/libvirt/images/${name}.qcow2`)
    // A pool that still lists the file keeps libvirt from making it anew for a copy.
    await this.virsh('pool-refresh', 'default')
  }

  private forget(name: string, timeoutMs: number): Promise<boolean> {
    const virsh = (...args: string[]) =>
      inHost(this.state, ['virsh', '-q', '-c', 'qemu:///system', ...args], {
        timeoutMs: 10_000,
      })
    return until(`guest ${name} to be gone from ${this.name}`, timeoutMs, async () => {
      // Its QEMU may answer nothing any more, and libvirtd wait for it.
      await this.crashGuest(name)
      if (!(await virsh('list', '--all', '--name')).split('\n').includes(name)) return true
      await virsh('destroy', name).catch(() => undefined)
      await virsh('undefine', name)
      return false
    })
  }

  /** Runs a command over ssh, as a client does. */
  ssh(...command: string[]): Promise<string> {
    return run('ssh', ['-F', join(this.dir, 'ssh_config'), this.name, ...command], {
      timeoutMs: 30_000,
    })
  }

  guest(name: string): Guest {
    return new Guest(this.dir, this.name, name)
  }

  /** Every process of the host, with the pids of the machine outside. */
  processes(): ProcessInfo[] {
    return findInNamespace(this.state.init)
  }

  /** The pid of a guest's QEMU outside, or undefined when it does not run. */
  qemuPid(name: string): number | undefined {
    return this.processes().find(
      ({ command, commandLine }) =>
        command.startsWith('qemu-system') && commandLine.includes(`guest=${name},`),
    )?.pid
  }

  /** The guest's QEMU dies at once, as of a crash. */
  async crashGuest(name: string): Promise<void> {
    this.signalAll('SIGKILL', ({ commandLine }) => commandLine.includes(`guest=${name},`))
    await until(`QEMU of ${name} to end`, 5000, () => this.qemuPid(name) === undefined, 20)
  }

  /** Takes the link down: packets vanish, nothing is reset. */
  async cutNetwork(): Promise<void> {
    await this.setPort('down')
  }

  async restoreNetwork(): Promise<void> {
    await this.setPort('up')
  }

  private async setPort(way: 'up' | 'down'): Promise<void> {
    await ipIn(this.lab().switch, `link set ${portName(this.address)} ${way}`)
  }

  async killLibvirtd(): Promise<void> {
    await this.killService('libvirtd', isLibvirtd)
  }

  /** Starts libvirtd and waits until it answers; it finds running guests again. */
  async startLibvirtd(): Promise<void> {
    await this.startService('libvirtd', isLibvirtd)
    await until(`libvirtd of ${this.name}`, 30_000, async () => {
      await this.virsh('uri')
      return true
    })
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  stopLibvirtd(): void {
    this.signalAll('SIGSTOP', isLibvirtd)
  }

  contLibvirtd(): void {
    this.signalAll('SIGCONT', isLibvirtd)
  }

  /** Kills the listening sshd; open sessions live on (see killSessions). */
  async killSshd(): Promise<void> {
    await this.killService('sshd', isSshListener)
  }

  async startSshd(): Promise<void> {
    await this.startService('sshd', isSshListener)
    await until(`sshd of ${this.name}`, 10_000, async () => {
      await this.exec('nc', '-z', this.address, '22')
      return true
    })
  }

  /** Kills the host's end of every ssh session; says how many processes that were. */
  killSessions(): number {
    return this.signalAll('SIGKILL', isSshSession)
  }

  /** The host dies at once with all its guests. Their definitions and disks stay. */
  async kill(): Promise<void> {
    const { init, outer } = this.state
    signal(init, 'SIGKILL')
    signal(outer, 'SIGKILL')
    await until(`host ${this.name} to end`, 10_000, () => !signalExists(init), 20)
  }

  /** Brings a killed host up again; its guests stay off unless they are set to autostart. */
  async start(): Promise<void> {
    const lab = this.lab()
    const state = await startHost(lab, {
      name: this.name,
      uuid: this.uuid,
      address: this.address,
    })
    writeState({
      ...lab,
      hosts: lab.hosts.map((host) => (host.name === this.name ? state : host)),
    })
  }

  /** Power off and on. All domains are gone afterwards: startGuests brings them back. */
  async reboot(): Promise<void> {
    await this.kill()
    await this.start()
  }

  /** Starts those of the plan's guests that should run and do not, and waits for their boot. */
  async startGuests(): Promise<void> {
    const plan = FLEET.find(({ name }) => name === this.name)
    const wanted = plan?.guests.filter(({ running }) => running) ?? []
    const running = (await this.virsh('list', '--name', '--state-running')).split('\n')
    for (const { name } of wanted)
      if (!running.includes(name)) await startDomain(this.state, name)
    for (const { name } of wanted) await this.guest(name).waitReady()
  }

  private signalAll(
    name: NodeJS.Signals,
    which: (process: ProcessInfo) => boolean,
  ): number {
    return this.processes().filter((process) => which(process) && signal(process, name))
      .length
  }

  private async killService(
    name: string,
    which: (process: ProcessInfo) => boolean,
  ): Promise<void> {
    this.signalAll('SIGKILL', which)
    await until(
      `${name} of ${this.name} to end`,
      5000,
      () => !this.processes().some(which),
      20,
    )
  }

  private async startService(
    name: string,
    which: (process: ProcessInfo) => boolean,
  ): Promise<void> {
    if (this.processes().some(which)) return
    await this.exec('env', `PATH=${SYSTEM_PATH}`, '/srv/lab/service.sh', name)
  }
}

function signalExists(process: { pid: number; startTicks: string }): boolean {
  return signal(process, 'SIGCONT')
}

const isLibvirtd = ({ command }: ProcessInfo) => command === 'libvirtd'
const isSshListener = ({ command, commandLine }: ProcessInfo) =>
  command === 'sshd' && commandLine.includes('sshd_config')
const isSshSession = (process: ProcessInfo) =>
  process.command === 'sshd' && !isSshListener(process)
