import type { MemoryStatField } from './memory.ts'

/** Where one statistic comes from, from the guest's kernel to the name that virsh gives it. */
export interface MemoryStatSource {
  /** In the QMP answers. `stats` = member of guest-stats' `stats`, in the unit beside. */
  qmp: {
    from: 'query-balloon' | 'guest-stats' | 'guest-stats.stats'
    name: string
    unit: 'bytes' | 'count' | 'epochSeconds'
  } | null
  /** Lines of the guest's own file that add up to it, or of the host's for the QEMU process. */
  kernel: {
    file: '/proc/meminfo' | '/proc/vmstat' | '/proc/PID/status'
    names: readonly string[]
  } | null
  /** Who counts it. */
  by: 'guest' | 'qemu' | 'host'
}

/**
 * The one table of names: `virsh dommemstat` ↔ QMP ↔ the kernel. Sources: virtio_balloon.c
 * (update_balloon_stats) of Linux, virtio-balloon.c (balloon_stat_names) of QEMU, and
 * qemuMonitorJSONGetMemoryStats of libvirt.
 */
export const memoryStatSources = {
  actual: {
    qmp: { from: 'query-balloon', name: 'actual', unit: 'bytes' },
    kernel: null,
    by: 'qemu',
  },
  swap_in: stat('stat-swap-in', 'bytes', '/proc/vmstat', 'pswpin'),
  swap_out: stat('stat-swap-out', 'bytes', '/proc/vmstat', 'pswpout'),
  major_fault: stat('stat-major-faults', 'count', '/proc/vmstat', 'pgmajfault'),
  minor_fault: stat('stat-minor-faults', 'count', '/proc/vmstat', 'pgfault'),
  unused: stat('stat-free-memory', 'bytes', '/proc/meminfo', 'MemFree'),
  available: stat('stat-total-memory', 'bytes', '/proc/meminfo', 'MemTotal'),
  usable: stat('stat-available-memory', 'bytes', '/proc/meminfo', 'MemAvailable'),
  last_update: {
    qmp: { from: 'guest-stats', name: 'last-update', unit: 'epochSeconds' },
    kernel: null,
    by: 'qemu',
  },
  disk_caches: stat(
    'stat-disk-caches',
    'bytes',
    '/proc/meminfo',
    'Buffers',
    'Cached',
    'SwapCached',
  ),
  hugetlb_pgalloc: stat(
    'stat-htlb-pgalloc',
    'count',
    '/proc/vmstat',
    'htlb_buddy_alloc_success',
  ),
  hugetlb_pgfail: stat(
    'stat-htlb-pgfail',
    'count',
    '/proc/vmstat',
    'htlb_buddy_alloc_fail',
  ),
  rss: {
    qmp: null,
    kernel: { file: '/proc/PID/status', names: ['VmRSS'] },
    by: 'host',
  },
} as const satisfies Record<MemoryStatField, MemoryStatSource>

/** The rows of the table, typed alike. */
export const memoryStatSourceRows = Object.entries(memoryStatSources) as [
  MemoryStatField,
  MemoryStatSource,
][]

function stat<
  Unit extends 'bytes' | 'count',
  File extends '/proc/meminfo' | '/proc/vmstat',
>(name: `stat-${string}`, unit: Unit, file: File, ...names: string[]) {
  return {
    qmp: { from: 'guest-stats.stats' as const, name, unit },
    kernel: { file, names },
    by: 'guest' as const,
  }
}

/** The table as Markdown; server/README.md holds it, and a test compares. */
export function memorySourcesMarkdown(): string {
  const rows = memoryStatSourceRows.map(([field, { qmp, kernel }]) => {
    const inQmp = qmp ? `${qmp.from} \`${qmp.name}\` (${qmp.unit})` : '–'
    const inKernel = kernel ? `${kernel.file} ${kernel.names.join(' + ')}` : '–'
    return `| \`${field}\` | ${inQmp} | ${inKernel} |`
  })
  return ['| dommemstat | QMP | kernel |', '|---|---|---|', ...rows].join('\n')
}
