import { dirtyRateMode } from '../contract/dirty-rate.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { DirtyRateAsk, DirtyRateReading } from './host-link.ts'

/** virDomainDirtyRateStatus. */
const measuring = 1

/** Begins a measurement; sampling of more pages than usual goes by QMP, which libvirt's call has no way for. */
export async function startDirtyRate(
  client: LibvirtClient,
  uuid: string,
  seconds: number,
  ask: DirtyRateAsk,
): Promise<void> {
  if (ask.mode === 'page-sampling' && ask.pagesPerGiB !== null) {
    await client.monitor.qmp(uuid, {
      execute: 'calc-dirty-rate',
      arguments: { 'calc-time': seconds, 'sample-pages': ask.pagesPerGiB },
    })
    return
  }
  await client.stats.startDirtyRate(uuid, seconds, ask.mode)
}

/** The newest measurement of a domain, or the one under way; null = none in this run of it. */
export async function readDirtyRate(
  client: LibvirtClient,
  uuid: string,
): Promise<DirtyRateReading | null> {
  const [domain] = await client.stats.all({
    groups: ['dirtyrate'],
    uuids: [uuid],
  })
  const params = domain?.params
  const mode = dirtyRateMode.safeParse(params?.['dirtyrate.calc_mode'])
  if (!params || !mode.success) return null
  const rate = params['dirtyrate.megabytes_per_second']
  const vcpuMiBps: number[] = []
  for (let vcpu = 0; `dirtyrate.vcpu.${vcpu}.megabytes_per_second` in params; vcpu++) {
    vcpuMiBps.push(Number(params[`dirtyrate.vcpu.${vcpu}.megabytes_per_second`]))
  }
  return {
    measuring: params['dirtyrate.calc_status'] === measuring,
    mode: mode.data,
    seconds: Number(params['dirtyrate.calc_period'] ?? 0),
    rateMiBps: rate === undefined ? null : Number(rate),
    vcpuMiBps: vcpuMiBps.length > 0 ? vcpuMiBps : null,
  }
}
