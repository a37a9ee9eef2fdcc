import { memoryStatSourceRows } from '../contract/memory-sources.ts'
import type { MemoryStatField } from '../contract/memory.ts'
import type { QmpCommand } from '../contract/monitor.ts'
import type { QmpValue } from '../contract/qmp-json.ts'
import { QmpError } from './qmp-error.ts'
import type { CallOptions } from './session.ts'

/** Sends one command and gives the value of `return`. */
export type SendQmp = (
  uuid: string,
  command: QmpCommand,
  options?: CallOptions,
) => Promise<QmpValue>

/** What QEMU puts where the guest said nothing: (uint64_t)-1. */
const unknown = 18_446_744_073_709_551_615n
/** Where libvirt puts the devices it named; then where QEMU keeps the rest. */
const devicePaths = ['/machine/peripheral', '/machine/peripheral-anon'] as const
const balloonType = /^child<virtio-balloon(-pci|-device|-ccw)?([-\w]*)>$/

export interface QomProperty {
  name: string
  type: string
}

export interface DirtyRate {
  status: 'unstarted' | 'measuring' | 'measured'
  mode: string
  /** Only once it is measured; MiB a second. */
  rateMiBps: number | null
  startTime: number
  calcTimeSeconds: number
  samplePages: number | null
  vcpus: { id: number; rateMiBps: number }[]
}

/** The statistics that a guest sent, under dommemstat's names and units; null = it did not say. */
export type GuestStats = Record<Exclude<MemoryStatField, 'actual' | 'rss'>, number | null>

/**
 * The QMP commands that Ballast itself uses, with types. All throw QmpError when QEMU refuses,
 * or (class `InvalidAnswer`) when what it says is not of the shape that its schema promises.
 */
export function qmpCommands(send: SendQmp) {
  async function qomList(
    uuid: string,
    path: string,
    options?: CallOptions,
  ): Promise<QomProperty[]> {
    const command = { execute: 'qom-list', arguments: { path } }
    return listOf(await send(uuid, command, options), 'qom-list').map((item) => ({
      name: text(item, 'name'),
      type: text(item, 'type'),
    }))
  }

  /** The balloon's place in QEMU's object tree; null = this domain has none. */
  async function balloonPath(uuid: string, options?: CallOptions): Promise<string | null> {
    for (const path of devicePaths) {
      const found = (await qomList(uuid, path, options)).find(({ type }) =>
        balloonType.test(type),
      )
      if (found) return `${path}/${found.name}`
    }
    return null
  }

  async function balloonProperty(uuid: string, options?: CallOptions): Promise<string> {
    const path = await balloonPath(uuid, options)
    if (path === null) throw new QmpError('DeviceNotActive', 'No balloon device')
    return path
  }

  return {
    qomList,
    balloonPath,
    /** One property of an object, as QEMU gives it. */
    qomGet: (uuid: string, path: string, property: string, options?: CallOptions) =>
      send(uuid, { execute: 'qom-get', arguments: { path, property } }, options),

    async guestStats(uuid: string, options?: CallOptions): Promise<GuestStats> {
      const path = await balloonProperty(uuid, options)
      const command = {
        execute: 'qom-get',
        arguments: { path, property: 'guest-stats' },
      }
      return guestStatsOf(await send(uuid, command, options))
    },

    /** How often QEMU asks the guest, seconds; 0 = never. */
    async pollingInterval(uuid: string, options?: CallOptions): Promise<number> {
      const path = await balloonProperty(uuid, options)
      const property = 'guest-stats-polling-interval'
      const command = { execute: 'qom-get', arguments: { path, property } }
      return asNumber(await send(uuid, command, options), property)
    },

    async setPollingInterval(
      uuid: string,
      seconds: number,
      options?: CallOptions,
    ): Promise<void> {
      const path = await balloonProperty(uuid, options)
      const property = 'guest-stats-polling-interval'
      const args = { path, property, value: seconds }
      await send(uuid, { execute: 'qom-set', arguments: args }, options)
    },

    /** What the guest has now, bytes. */
    async queryBalloon(uuid: string, options?: CallOptions): Promise<number> {
      const answer = await send(uuid, { execute: 'query-balloon' }, options)
      return number(objectOf(answer, 'query-balloon'), 'actual')
    },

    /** Sets the target, bytes. The guest follows, or not. */
    async balloon(uuid: string, bytes: number, options?: CallOptions): Promise<void> {
      await send(uuid, { execute: 'balloon', arguments: { value: bytes } }, options)
    },

    /**
     * Begins to measure for `seconds` (1..60). `dirty-bitmap` crashes a QEMU without KVM:
     * never send it to a domain of type `qemu`.
     */
    async calcDirtyRate(
      uuid: string,
      {
        seconds,
        samplePages,
        mode,
      }: {
        seconds: number
        /** Pages a GiB; only for page-sampling. */
        samplePages?: number
        mode?: 'page-sampling' | 'dirty-ring' | 'dirty-bitmap'
      },
      options?: CallOptions,
    ): Promise<void> {
      const args: { [name: string]: QmpValue } = { 'calc-time': seconds }
      if (samplePages !== undefined) args['sample-pages'] = samplePages
      if (mode !== undefined) args['mode'] = mode
      await send(uuid, { execute: 'calc-dirty-rate', arguments: args }, options)
    },

    async queryDirtyRate(uuid: string, options?: CallOptions): Promise<DirtyRate> {
      const answer = await send(uuid, { execute: 'query-dirty-rate' }, options)
      return dirtyRateOf(objectOf(answer, 'query-dirty-rate'))
    },

    async queryStatus(
      uuid: string,
      options?: CallOptions,
    ): Promise<{ status: string; running: boolean }> {
      const command = { execute: 'query-status' }
      const answer = objectOf(await send(uuid, command, options), command.execute)
      return { status: text(answer, 'status'), running: answer['running'] === true }
    },

    /** Such as `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. */
    async queryVersion(uuid: string, options?: CallOptions): Promise<string> {
      const command = { execute: 'query-version' }
      const answer = objectOf(await send(uuid, command, options), command.execute)
      const qemu = objectOf(answer['qemu'], 'qemu')
      const numbers = ['major', 'minor', 'micro'].map((part) => number(qemu, part))
      const built = text(answer, 'package')
      return built === '' ? numbers.join('.') : `${numbers.join('.')} (${built})`
    },

    /** All that the running QEMU understands, as it describes itself: about 200 kB. */
    async queryQmpSchema(uuid: string, options?: CallOptions): Promise<QmpValue[]> {
      const command = { execute: 'query-qmp-schema' }
      const answer = await send(uuid, command, options)
      if (!Array.isArray(answer)) throw misshapen(command.execute)
      return answer
    },
  }
}

/** Reads guest-stats by the table of names. */
export function guestStatsOf(answer: QmpValue): GuestStats {
  const whole = objectOf(answer, 'guest-stats')
  const stats = objectOf(whole['stats'], 'stats')
  const read: Partial<Record<MemoryStatField, number | null>> = {}
  for (const [field, { qmp }] of memoryStatSourceRows) {
    if (!qmp || qmp.from === 'query-balloon') continue
    const value = (qmp.from === 'guest-stats' ? whole : stats)[qmp.name]
    const known = typeof value === 'bigint' ? value !== unknown : typeof value === 'number'
    if (!known) read[field] = null
    else read[field] = qmp.unit === 'bytes' ? kibOf(value) : Number(value)
  }
  // The loop visits every row but those of query-balloon and of the host, which the type leaves out.
  return read as GuestStats
}

/** As libvirt does it: whole KiB, the rest is dropped. */
function kibOf(bytes: QmpValue | undefined): number {
  return Math.floor(Number(bytes) / 1024)
}

function dirtyRateOf(answer: { [name: string]: QmpValue }): DirtyRate {
  const status = text(answer, 'status')
  if (status !== 'unstarted' && status !== 'measuring' && status !== 'measured') {
    throw misshapen('query-dirty-rate')
  }
  const vcpus = answer['vcpu-dirty-rate']
  const optional = (name: string) => (name in answer ? number(answer, name) : null)
  return {
    status,
    mode: text(answer, 'mode'),
    rateMiBps: optional('dirty-rate'),
    startTime: number(answer, 'start-time'),
    calcTimeSeconds: number(answer, 'calc-time'),
    samplePages: optional('sample-pages'),
    vcpus: (vcpus === undefined ? [] : listOf(vcpus, 'vcpu-dirty-rate')).map((vcpu) => ({
      id: number(vcpu, 'id'),
      rateMiBps: number(vcpu, 'dirty-rate'),
    })),
  }
}

function misshapen(what: string): QmpError {
  return new QmpError('InvalidAnswer', `QEMU's answer to ${what} has another shape`)
}

function objectOf(value: QmpValue | undefined, what: string): { [name: string]: QmpValue } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw misshapen(what)
}

function listOf(value: QmpValue, what: string): { [name: string]: QmpValue }[] {
  if (!Array.isArray(value)) throw misshapen(what)
  return value.map((item) => objectOf(item, what))
}

function text(from: { [name: string]: QmpValue }, name: string): string {
  const value = from[name]
  if (typeof value !== 'string') throw misshapen(name)
  return value
}

function number(from: { [name: string]: QmpValue }, name: string): number {
  return asNumber(from[name], name)
}

function asNumber(value: QmpValue | undefined, name: string): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  throw misshapen(name)
}
