import type { HostSummary } from '../contract/host.ts'
import type { MemoryStats, DerivedMemory } from '../contract/memory.ts'
import type { Family } from './exposition.ts'

/** What is told of a domain; memory in KiB as everywhere else, made bytes below. */
export interface DomainFigures {
  uuid: string
  name: string
  active: boolean
  stats: MemoryStats
  derived: DerivedMemory
  balloonKiB: number | null
  maximumKiB: number
  cpuPercent: number | null
  vcpuWaitPercent: number | null
  pressureScore: number | null
  vcpus: number
  statsAgeSeconds: number | null
}

type Figure<T> = Family & { value: (of: T) => number | null }

const bytes = (kib: number | null | undefined) =>
  kib === null || kib === undefined ? null : kib * 1024
const share = (percent: number | null) => (percent === null ? null : percent / 100)
const gauge = 'gauge' as const
const counter = 'counter' as const

/** Labels: host. Those of memory and CPU only while the host answers. */
export const hostFigures: readonly (Figure<HostSummary> & { always?: true })[] = [
  {
    name: 'ballast_host_up',
    type: gauge,
    help: 'Whether the host answers: 1, else 0.',
    always: true,
    value: ({ state }) => (state === 'online' ? 1 : 0),
  },
  {
    name: 'ballast_host_sweep_duration_seconds',
    type: gauge,
    help: 'How long the last question for the statistics of all domains took.',
    value: ({ sweepMs }) => (sweepMs === null ? null : sweepMs / 1000),
  },
  {
    name: 'ballast_host_sample_interval_seconds',
    type: gauge,
    help: 'The sampling interval in force.',
    value: ({ tickMs }) => tickMs / 1000,
  },
  {
    name: 'ballast_host_last_sample_timestamp_seconds',
    type: gauge,
    help: 'When the host was last sampled.',
    always: true,
    value: ({ sampledMs }) => (sampledMs === null ? null : sampledMs / 1000),
  },
  {
    name: 'ballast_host_memory_total_bytes',
    type: gauge,
    help: 'RAM of the host.',
    value: ({ memory }) => bytes(memory?.totalKiB),
  },
  {
    name: 'ballast_host_memory_used_bytes',
    type: gauge,
    help: 'RAM in use on the host, without its page cache.',
    value: ({ memory }) => bytes(memory?.usedKiB),
  },
  {
    name: 'ballast_host_domains_balloon_bytes',
    type: gauge,
    help: 'Sum of the balloon targets of the running domains.',
    value: ({ committed }) => bytes(committed.balloonKiB),
  },
  {
    name: 'ballast_host_domains_maximum_bytes',
    type: gauge,
    help: 'Sum of the maxima of the running domains.',
    value: ({ committed }) => bytes(committed.maximumKiB),
  },
  {
    name: 'ballast_host_domains_rss_bytes',
    type: gauge,
    help: 'Sum of the resident memory of the QEMU processes.',
    value: ({ committed }) => bytes(committed.rssKiB),
  },
  {
    name: 'ballast_host_cpu_usage_ratio',
    type: gauge,
    help: 'Share of all CPUs of the host that is busy, 0 to 1.',
    value: ({ cpuPercent }) => share(cpuPercent),
  },
  {
    name: 'ballast_host_domains',
    type: gauge,
    help: 'Domains on the host.',
    value: ({ domains }) => domains.total,
  },
  {
    name: 'ballast_host_domains_running',
    type: gauge,
    help: 'Running domains on the host.',
    value: ({ domains }) => domains.running,
  },
]

/** Labels: host, domain, uuid. Only `ballast_domain_up` and the maximum while the domain does not run. */
export const domainFigures: readonly (Figure<DomainFigures> & { always?: true })[] = [
  {
    name: 'ballast_domain_up',
    type: gauge,
    help: 'Whether the domain runs: 1, else 0.',
    always: true,
    value: ({ active }) => (active ? 1 : 0),
  },
  {
    name: 'ballast_domain_memory_maximum_bytes',
    type: gauge,
    help: 'What the balloon may grow to.',
    always: true,
    value: ({ maximumKiB }) => bytes(maximumKiB),
  },
  {
    name: 'ballast_domain_memory_balloon_bytes',
    type: gauge,
    help: 'What the guest has now (actual).',
    value: ({ balloonKiB }) => bytes(balloonKiB),
  },
  {
    name: 'ballast_domain_memory_used_bytes',
    type: gauge,
    help: 'What programs and kernel of the guest use, without cache (available - usable).',
    value: ({ derived }) => bytes(derived.usedKiB),
  },
  {
    name: 'ballast_domain_memory_cache_bytes',
    type: gauge,
    help: 'Cache that the guest would give back (usable - unused).',
    value: ({ derived }) => bytes(derived.cacheKiB),
  },
  {
    name: 'ballast_domain_memory_unused_bytes',
    type: gauge,
    help: 'Free in the guest and used for nothing (MemFree).',
    value: ({ stats }) => bytes(stats.unused),
  },
  {
    name: 'ballast_domain_memory_available_bytes',
    type: gauge,
    help: 'All the guest counts as its own (MemTotal).',
    value: ({ stats }) => bytes(stats.available),
  },
  {
    name: 'ballast_domain_memory_usable_bytes',
    type: gauge,
    help: 'What programs of the guest could still take without swapping (MemAvailable).',
    value: ({ stats }) => bytes(stats.usable),
  },
  {
    name: 'ballast_domain_memory_rss_bytes',
    type: gauge,
    help: 'Resident memory of the QEMU process on the host.',
    value: ({ stats }) => bytes(stats.rss),
  },
  {
    name: 'ballast_domain_swap_in_bytes_total',
    type: counter,
    help: 'Read back from the swap of the guest since it booted.',
    value: ({ stats }) => bytes(stats.swap_in),
  },
  {
    name: 'ballast_domain_swap_out_bytes_total',
    type: counter,
    help: 'Written to the swap of the guest since it booted.',
    value: ({ stats }) => bytes(stats.swap_out),
  },
  {
    name: 'ballast_domain_major_faults_total',
    type: counter,
    help: 'Page faults of the guest that waited for a disk.',
    value: ({ stats }) => stats.major_fault,
  },
  {
    name: 'ballast_domain_minor_faults_total',
    type: counter,
    help: 'Page faults of the guest that memory served.',
    value: ({ stats }) => stats.minor_fault,
  },
  {
    name: 'ballast_domain_statistics_age_seconds',
    type: gauge,
    help: 'How long ago the guest last reported.',
    value: ({ statsAgeSeconds }) => statsAgeSeconds,
  },
  {
    name: 'ballast_domain_cpu_usage_ratio',
    type: gauge,
    help: 'Share of all virtual CPUs of the domain that is busy, 0 to 1.',
    value: ({ cpuPercent }) => share(cpuPercent),
  },
  {
    name: 'ballast_domain_memory_pressure_ratio',
    type: gauge,
    help: 'How short of memory the guest is, 0 to 1; from 0.6 on it is under pressure.',
    value: ({ pressureScore }) => share(pressureScore),
  },
  {
    name: 'ballast_domain_vcpu_wait_ratio',
    type: gauge,
    help: 'Share of their time in which the virtual CPUs wait for a CPU of the host, 0 to 1.',
    value: ({ vcpuWaitPercent }) => share(vcpuWaitPercent),
  },
  {
    name: 'ballast_domain_vcpus',
    type: gauge,
    help: 'Virtual CPUs of the domain.',
    value: ({ vcpus }) => vcpus,
  },
]
