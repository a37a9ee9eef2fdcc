import * as tuning from '../rpc/procedures/tuning.ts'
import * as vcpu from '../rpc/procedures/vcpus.ts'
import type { TypedParam } from '../rpc/types.ts'
import { paramsByName } from './params.ts'
import type { Affect, CallOptions, Session } from './session.ts'
import { AFFECT, domainRef, flags, toNumber } from './session.ts'

const COUNT = { ...AFFECT, maximum: 4, guest: 8, hotpluggable: 16 } as const
const STATES = ['offline', 'running', 'blocked'] as const

type Count = Partial<Record<keyof typeof COUNT, boolean>>
type Parameters = Record<string, TypedParam['value']>

/** CPUs of a map. */
export function cpusOfMap(map: Uint8Array): number[] {
  const cpus: number[] = []
  for (let cpu = 0; cpu < map.length * 8; cpu++) {
    if (map[cpu >> 3]! & (1 << (cpu & 7))) cpus.push(cpu)
  }
  return cpus
}

/** Virtual CPUs of a domain, and what else tunes its running. */
export function vcpuMethods(session: Session) {
  const { call } = session
  return {
    async count(uuid: string, set: Count = {}, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: flags(COUNT, set) }
      return (await call(vcpu.domainGetVcpusFlags, args, options)).num
    },
    async setCount(uuid: string, count: number, set: Count = {}, options?: CallOptions) {
      const args = { dom: domainRef(uuid), nvcpus: count, flags: flags(COUNT, set) }
      await call(vcpu.domainSetVcpusFlags, args, options)
    },
    /** One entry for each vCPU that runs; `hostCpus`: how many CPUs the host has. */
    async list(uuid: string, vcpus: number, hostCpus: number, options?: CallOptions) {
      const mapBytes = Math.ceil(hostCpus / 8)
      const args = { dom: domainRef(uuid), maxinfo: vcpus, maplen: mapBytes }
      const { info, cpumaps } = await call(vcpu.domainGetVcpus, args, options)
      return info.map((each, i) => ({
        number: each.number,
        state: STATES[each.state] ?? 'offline',
        cpuTimeNs: toNumber(each.cpuTime),
        /** CPU of the host it runs on; below 0 = unknown. */
        cpu: each.cpu,
        allowedCpus: cpusOfMap(cpumaps.subarray(i * mapBytes, (i + 1) * mapBytes)),
      }))
    },
    async pin(
      uuid: string,
      number: number,
      cpumap: Uint8Array,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        vcpu: number,
        cpumap,
        flags: flags(AFFECT, affect),
      }
      await call(vcpu.domainPinVcpuFlags, args, options)
    },
    async numaParameters(uuid: string, options?: CallOptions): Promise<Parameters> {
      const base = { dom: domainRef(uuid), flags: STRINGS }
      const { nparams } = await call(
        tuning.domainGetNumaParameters,
        { ...base, nparams: 0 },
        options,
      )
      const { params } = await call(
        tuning.domainGetNumaParameters,
        { ...base, nparams },
        options,
      )
      return paramsByName(params)
    },
    async schedulerParameters(uuid: string, options?: CallOptions): Promise<Parameters> {
      const args = { dom: domainRef(uuid), nparams: 16, flags: 0 }
      return paramsByName(
        (await call(tuning.domainGetSchedulerParametersFlags, args, options)).params,
      )
    },
    async setSchedulerParameters(
      uuid: string,
      params: TypedParam[],
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), params, flags: flags(AFFECT, affect) }
      await call(tuning.domainSetSchedulerParametersFlags, args, options)
    },
    async iothreads(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      const { info } = await call(tuning.domainGetIothreadInfo, args, options)
      return info.map(({ iothreadId, cpumap }) => ({
        id: iothreadId,
        allowedCpus: cpusOfMap(cpumap),
      }))
    },
  }
}

/** VIR_TYPED_PARAM_STRING_OKAY. */
const STRINGS = 4

export type Vcpus = ReturnType<typeof vcpuMethods>
