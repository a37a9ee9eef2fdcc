import type { PreflightFinding, PreflightTarget } from '../contract/preflight.ts'
import type { DomainMoveFacts, HostMoveFacts, MeetingFacts } from './move-facts.ts'
import { finding, worst } from './preflight-finding.ts'
import { networkFindings } from './preflight-network.ts'
import { storageFindings } from './preflight-storage.ts'

/** QEMU needs some besides the guest's own memory. */
const emulatorKiB = 128 * 1024

/**
 * All that can be known before a move: each finding with its level, so that nothing is started that
 * libvirt would refuse halfway. Pure: what was gathered comes in.
 */
export function preflight(
  domain: DomainMoveFacts,
  source: HostMoveFacts,
  target: HostMoveFacts,
  meeting: MeetingFacts,
): PreflightTarget {
  const findings = hostFindings(source, target)
  const storage = storageFindings(domain, source, target, meeting)
  if (!findings.some(({ level }) => level === 'error')) {
    findings.push(
      nameFinding(domain, target),
      ...machineFindings(domain, target),
      cpuFinding(domain, target, meeting),
      ...versionFindings(source, target),
      memoryFinding(domain, target),
      hugepagesFinding(domain, target),
      ...networkFindings(domain, source, target),
      ...storage.findings,
      devicesFinding(domain),
      portFinding(domain, target, meeting),
      emulationFinding(domain),
    )
  }
  const { availableKiB } = target
  const needKiB = domain.hugepages || domain.state === 'shut-off' ? 0 : domain.memoryKiB
  return {
    host: target.host,
    hostName: target.name,
    level: worst(findings),
    findings,
    copyDisks: storage.copyDisks,
    copyBytes: storage.copyBytes,
    freeKiB: availableKiB,
    freeAfterKiB: availableKiB === null ? null : availableKiB - needKiB,
  }
}

/** The better target first: by level, then by what is to be copied, then by room. */
export function byFitness(a: PreflightTarget, b: PreflightTarget): number {
  const rank = { ok: 0, warning: 1, error: 2 }
  return (
    rank[a.level] - rank[b.level] ||
    a.copyBytes - b.copyBytes ||
    (b.freeAfterKiB ?? 0) - (a.freeAfterKiB ?? 0)
  )
}

function hostFindings(source: HostMoveFacts, target: HostMoveFacts): PreflightFinding[] {
  const params = { host: target.name }
  if (source.host === target.host) return [finding('host', 'error', 'host-same', params)]
  if (!source.online) {
    return [finding('host', 'error', 'host-source-offline', { host: source.name })]
  }
  if (!target.online) return [finding('host', 'error', 'host-offline', params)]
  if (target.hostUuid !== null && target.hostUuid === source.hostUuid) {
    // libvirt compares this uuid and refuses: "Attempt to migrate guest to the same host".
    return [
      finding('host', 'error', 'host-same-uuid', { ...params, uuid: target.hostUuid }),
    ]
  }
  return [finding('host', 'ok', 'host-ok', params)]
}

function nameFinding(domain: DomainMoveFacts, target: HostMoveFacts): PreflightFinding {
  const params = { name: domain.name, host: target.name }
  const twin = target.domains.find(({ uuid }) => uuid === domain.uuid)
  if (twin?.active) return finding('name', 'error', 'uuid-running', params)
  const namesake = target.domains.find(
    ({ name, uuid }) => name === domain.name && uuid !== domain.uuid,
  )
  if (namesake) {
    return finding('name', 'error', 'name-taken', { ...params, uuid: namesake.uuid })
  }
  if (twin) return finding('name', 'warning', 'uuid-defined', params)
  return finding('name', 'ok', 'name-free', params)
}

function machineFindings(
  domain: DomainMoveFacts,
  target: HostMoveFacts,
): PreflightFinding[] {
  const { machine, arch, virtType, emulator } = domain
  const params = { machine, arch, type: virtType, host: target.name }
  if (target.machines === null) {
    return [finding('machine', 'warning', 'machine-unknown', params)]
  }
  const alike = target.machines.filter((guest) => guest.arch === arch)
  if (alike.length === 0) return [finding('machine', 'error', 'emulator-missing', params)]
  if (!alike.some(({ domainTypes }) => domainTypes.includes(virtType))) {
    return [finding('machine', 'error', 'virt-type-missing', params)]
  }
  if (!alike.some(({ names }) => names.includes(machine))) {
    return [finding('machine', 'error', 'machine-missing', params)]
  }
  const found = [finding('machine', 'ok', 'machine-ok', params)]
  if (emulator !== null && !alike.some((guest) => guest.emulator === emulator)) {
    found.push(
      finding('machine', 'warning', 'emulator-missing', { ...params, path: emulator }),
    )
  }
  return found
}

function cpuFinding(
  domain: DomainMoveFacts,
  target: HostMoveFacts,
  { cpu, cpuWords }: MeetingFacts,
): PreflightFinding {
  const params = { host: target.name, mode: domain.cpuMode ?? '–', words: cpuWords ?? '' }
  if (domain.cpuMode === null) return finding('cpu', 'ok', 'cpu-ok', params)
  if (cpu === null) return finding('cpu', 'warning', 'cpu-unknown', params)
  if (domain.cpuMode === 'host-passthrough' || domain.cpuMode === 'maximum') {
    // Whatever the host has is what the guest saw: only the very same is safe.
    if (cpu === 'identical') return finding('cpu', 'ok', 'cpu-ok', params)
    const level = cpu === 'superset' ? 'warning' : 'error'
    return finding('cpu', level, 'cpu-passthrough-differs', params)
  }
  if (cpu !== 'incompatible') return finding('cpu', 'ok', 'cpu-ok', params)
  // An emulated CPU runs with less than was asked for: QEMU only warns.
  const level = domain.virtType === 'kvm' ? 'error' : 'warning'
  return finding('cpu', level, 'cpu-incompatible', params)
}

function versionFindings(source: HostMoveFacts, target: HostMoveFacts): PreflightFinding[] {
  if (!source.versions || !target.versions) {
    return [finding('versions', 'warning', 'versions-unknown', { host: target.name })]
  }
  const found: PreflightFinding[] = []
  const compare = (code: 'libvirt-older' | 'qemu-older', here: string, there: string) => {
    if (compareVersions(there, here) >= 0) return
    found.push(finding('versions', 'warning', code, { host: target.name, here, there }))
  }
  compare('libvirt-older', source.versions.libvirt, target.versions.libvirt)
  compare('qemu-older', source.versions.hypervisor, target.versions.hypervisor)
  if (found.length > 0) return found
  const { libvirt, hypervisor } = target.versions
  return [finding('versions', 'ok', 'versions-ok', { libvirt, qemu: hypervisor })]
}

/** Below 0: `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [a, b].map((text) => text.split('.').map(Number))
  for (let at = 0; at < 3; at++) {
    const difference = (first?.[at] ?? 0) - (second?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function memoryFinding(domain: DomainMoveFacts, target: HostMoveFacts): PreflightFinding {
  const { availableKiB, totalKiB, promisedKiB } = target
  if (domain.state === 'shut-off' || domain.hugepages) {
    return finding('memory', 'ok', 'memory-ok', {
      host: target.name,
      freeKiB: availableKiB ?? 0,
      needKiB: 0,
    })
  }
  if (availableKiB === null || totalKiB === null) {
    return finding('memory', 'warning', 'memory-unknown', { host: target.name })
  }
  const needKiB = domain.memoryKiB + emulatorKiB
  const params = { host: target.name, freeKiB: availableKiB, needKiB }
  if (needKiB > availableKiB) return finding('memory', 'error', 'memory-short', params)
  const afterKiB = promisedKiB + domain.maximumKiB
  if (afterKiB > totalKiB) {
    const more = { ...params, promisedKiB: afterKiB, totalKiB }
    return finding('memory', 'warning', 'memory-overcommitted', more)
  }
  return finding('memory', 'ok', 'memory-ok', params)
}

function hugepagesFinding(
  domain: DomainMoveFacts,
  target: HostMoveFacts,
): PreflightFinding {
  if (!domain.hugepages) return finding('hugepages', 'ok', 'hugepages-none')
  const freeKiB = Math.max(
    0,
    ...target.freePages.map(({ sizeKiB, count }) => sizeKiB * count),
  )
  const params = { host: target.name, freeKiB, needKiB: domain.maximumKiB }
  return freeKiB >= domain.maximumKiB
    ? finding('hugepages', 'ok', 'hugepages-ok', params)
    : finding('hugepages', 'error', 'hugepages-short', params)
}

function devicesFinding({ hostDevices }: DomainMoveFacts): PreflightFinding {
  return hostDevices === 0
    ? finding('devices', 'ok', 'devices-none')
    : finding('devices', 'error', 'devices-hostdev', { count: hostDevices })
}

function portFinding(
  domain: DomainMoveFacts,
  target: HostMoveFacts,
  { port }: MeetingFacts,
): PreflightFinding {
  const params = { host: target.name, hostname: target.hostname ?? '–' }
  if (domain.state === 'shut-off') return finding('port', 'ok', 'not-running')
  if (target.hostname === null || /^localhost(\.|$)/.test(target.hostname)) {
    // The target gives its own name to the source: "hostname on destination resolved to localhost".
    return finding('port', 'error', 'port-local-name', params)
  }
  const levels = { worked: 'ok', open: 'ok', closed: 'error', unknown: 'warning' } as const
  return finding('port', levels[port], `port-${port}`, params)
}

function emulationFinding(domain: DomainMoveFacts): PreflightFinding {
  // QEMU 7.2 without KVM loses pages that are written between two passes.
  return domain.virtType === 'qemu' && domain.state !== 'shut-off'
    ? finding('emulation', 'warning', 'tcg')
    : finding('emulation', 'ok', 'kvm')
}
