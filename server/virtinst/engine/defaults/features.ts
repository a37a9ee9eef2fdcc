import { VirtInstallError } from '../../model.ts'
import { findAll, get, has, set, setPresent } from '../../xml/tree.ts'
import { addSecurityFeatures } from '../codes/cpu.ts'
import type { Guest } from '../guest.ts'

/** acpi and apic as the capabilities list them; a typed `acpi=off` stays off. */
export function fillFeatures(guest: Guest, typedOff: ReadonlySet<string>): void {
  const { hasAcpi, hasApic, hasPae } = guest.choice.guest
  const switchOn = (name: string) => {
    if (!typedOff.has(name)) {
      const features = guest.ensure('features')
      if (!has(features, name)) setPresent(features, name, { by: 'default' })
    }
  }
  // aarch64 without UEFI has no ACPI tables to hand on.
  if (hasAcpi && !(guest.isArm && !guest.isUefi)) switchOn('acpi')
  if (hasApic) switchOn('apic')
  if (hasPae && guest.isX86) switchOn('pae')
  if (guest.isX86 && guest.hasSpice() && !typedOff.has('vmport')) {
    guest.fill('features/vmport/@state', 'off')
  }
  if (guest.os.isWindows && guest.isX86) fillHyperv(guest)
}

/** Enlightenments of Windows: those that the host offers, and what they need. */
function fillHyperv(guest: Guest): void {
  const offered = new Set(guest.domainCapabilities.hypervFeatures)
  const features = guest.ensure('features')
  const state = (name: string) => get(features, `hyperv/${name}/@state`)
  const isOn = (name: string) => state(name) === 'on'
  const switchOn = (name: string, needs: readonly string[] = []) => {
    if (!offered.has(name) || state(name) !== undefined) return
    if (!needs.every((need) => isOn(need))) return
    set(features, `hyperv/${name}/@state`, 'on', { by: 'default' })
  }
  switchOn('relaxed')
  switchOn('vapic')
  switchOn('spinlocks')
  if (isOn('spinlocks')) {
    if (get(features, 'hyperv/spinlocks/@retries') === undefined) {
      set(features, 'hyperv/spinlocks/@retries', '8191', { by: 'default' })
    }
  }
  switchOn('vpindex')
  switchOn('runtime')
  switchOn('synic', ['vpindex'])
  if (timerIsOn(guest, 'hypervclock')) switchOn('stimer', ['synic'])
  switchOn('frequencies')
  switchOn('tlbflush', ['vpindex'])
  switchOn('ipi', ['vpindex'])
  switchOn('evmcs', ['vapic'])
  if (guest.choice.guest.hasApic) switchOn('avic')
}

const timerIsOn = (guest: Guest, name: string) =>
  guest.get(`clock/timer[@name='${name}']/@present`) === 'yes'

/** Clock and its timers; any timer that was typed switches these off. */
export function fillClock(guest: Guest): void {
  const hadTimers = findAll(guest.root, 'clock/timer').length > 0
  guest.fill('clock/@offset', guest.os.wantsLocalTime ? 'localtime' : 'utc')
  if (hadTimers || !guest.isX86) return
  guest.set("clock/timer[@name='rtc']/@tickpolicy", 'catchup')
  guest.set("clock/timer[@name='pit']/@tickpolicy", 'delay')
  guest.set("clock/timer[@name='hpet']/@present", 'no')
  if (guest.os.isWindows) guest.set("clock/timer[@name='hypervclock']/@present", 'yes')
}

export function fillPowerManagement(guest: Guest): void {
  if (!guest.isX86) return
  guest.fill('pm/suspend-to-mem/@enabled', 'no')
  guest.fill('pm/suspend-to-disk/@enabled', 'no')
}

/** The processor where --cpu says nothing of it. */
export function fillCpu(guest: Guest): void {
  if (
    guest.cpuIsSet ||
    guest.get('cpu/@mode') !== undefined ||
    guest.get('cpu/model') !== undefined
  ) {
    addSecurityFeatures(guest)
    return
  }
  const capabilities = guest.domainCapabilities
  if (guest.virtType === 'qemu') {
    if (capabilities.supportsCpuMode('maximum')) guest.set('cpu/@mode', 'maximum')
    return
  }
  if (guest.virtType !== 'kvm' || guest.arch !== guest.index.capabilities.hostArch) return
  if (capabilities.migratableHostPassthrough) guest.set('cpu/@mode', 'host-passthrough')
  else if (capabilities.forbidsHostModelFallback) guest.set('cpu/@mode', 'host-model')
  else if (guest.isArm) guest.set('cpu/@mode', 'host-passthrough')
  else copyHostModel(guest)
}

function copyHostModel(guest: Guest): void {
  const cpu = guest.index.capabilities.hostCpu
  const model = cpu && get(cpu, 'model')
  if (!model || !guest.domainCapabilities.isUsableModel(model)) return
  guest.set('cpu/@mode', 'custom')
  guest.set('cpu/@match', 'exact')
  guest.set('cpu/model', model)
  addSecurityFeatures(guest)
}

/** A topology that was begun is completed, and makes the number of vCPUs. */
export function fillVcpus(guest: Guest): void {
  const parts = ['sockets', 'dies', 'cores', 'threads'] as const
  const count = (part: string) => Number(guest.get(`cpu/topology/@${part}`) ?? 0)
  const typed = parts.some((part) => count(part) > 0)
  // 0 is as good as none.
  if (!Number(guest.get('vcpu'))) {
    const product = parts.reduce((all, part) => all * (count(part) || 1), 1)
    const recommended = guest.os.recommended('cpus', guest.arch) ?? 1
    guest.set('vcpu', String(typed ? product : recommended))
  }
  if (!typed) return
  completeTopology(guest, Number(guest.get('vcpu')))
}

function completeTopology(guest: Guest, vcpus: number): void {
  const at = (part: string) => Number(guest.get(`cpu/topology/@${part}`) ?? 0)
  const given = {
    sockets: at('sockets'),
    dies: at('dies'),
    cores: at('cores'),
    threads: at('threads'),
  }
  const threads = given.threads || 1
  const dies = given.dies || 1
  const others = (sockets: number, cores: number) =>
    Math.max(1, Math.floor(vcpus / (sockets * dies * cores * threads)))
  const cores = given.cores || others(given.sockets || 1, 1)
  const sockets = given.sockets || others(1, cores)
  guest.fill('cpu/topology/@sockets', String(sockets))
  guest.fill('cpu/topology/@cores', String(cores))
  guest.fill('cpu/topology/@threads', String(threads))
  guest.fill('cpu/topology/@dies', String(dies))
  const total = sockets * dies * cores * threads
  if (total === vcpus) return
  throw new VirtInstallError(
    `Total CPUs implied by topology (sockets=${sockets} * dies=${dies} * cores=${cores} * threads=${threads} == ${total}) does not match vCPU count ${vcpus}`,
    { option: 'vcpus' },
  )
}
