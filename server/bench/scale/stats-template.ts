import { connectGetAllDomainStats } from '../../rpc/procedures/stats.ts'
import { domain, typedParam } from '../../rpc/types.ts'
import { XdrReader, XdrWriter } from '../../rpc/xdr.ts'

/** The figures of a running guest that never stand still. */
const moving = [
  'cpu.time',
  'balloon.last-update',
  'balloon.unused',
  'balloon.usable',
  'balloon.disk_caches',
  'balloon.rss',
  'balloon.minor_fault',
  'balloon.major_fault',
] as const
export type MovingField = (typeof moving)[number]

/** The statistics of one real domain as their bytes came, and where in them the moving figures are. */
export interface StatsTemplate {
  uuid: string
  name: string
  /** From the number of parameters on. */
  bytes: Buffer
  offsets: Partial<Record<MovingField, number>>
}

/** Cuts a recorded answer of CONNECT_GET_ALL_DOMAIN_STATS into its records. */
export function templatesOf(answer: Buffer): StatsTemplate[] {
  // Decoded once as a whole, so that a recording that is none is told as such.
  const { retStats } = connectGetAllDomainStats.ret.decode(new XdrReader(answer))
  const reader = new XdrReader(answer, 4)
  return retStats.map(({ params }) => {
    const { name, uuid } = domain.decode(reader)
    const start = reader.offset
    const offsets: StatsTemplate['offsets'] = {}
    reader.u32()
    for (const { field } of params) {
      typedParam.decode(reader)
      const known = moving.find((one) => one === field)
      if (known) offsets[known] = reader.offset - 8 - start
    }
    return { name, uuid, bytes: answer.subarray(start, reader.offset), offsets }
  })
}

/** One of the many domains that a template stands for. */
export interface Replica {
  name: string
  uuid: string
  id: number
  template: StatsTemplate
}

/**
 * The answer for many domains: each is the real one's bytes under another name, with the moving figures
 * moved. The frame is made once; a sweep only writes figures into it.
 */
export class StatsAnswer {
  readonly #bytes: Buffer
  readonly #starts: number[] = []
  readonly #replicas: readonly Replica[]

  constructor(replicas: readonly Replica[]) {
    this.#replicas = replicas
    const writer = new XdrWriter()
    writer.u32(replicas.length)
    const parts: Buffer[] = [Buffer.from(writer.finish())]
    let at = parts[0]!.length
    for (const { name, uuid, id, template } of replicas) {
      const head = new XdrWriter()
      domain.encode(head, { name, uuid, id })
      const bytes = Buffer.from(head.finish())
      parts.push(bytes, template.bytes)
      this.#starts.push(at + bytes.length)
      at += bytes.length + template.bytes.length
    }
    this.#bytes = Buffer.concat(parts)
  }

  /**
   * The bytes of sweep number `turn`; a new buffer, for the last one may still be on its way.
   *
   * @param turn becomes `major_fault` of every domain, so that whoever sees a figure knows its sweep
   */
  at(turn: number, nowSeconds: number): Buffer {
    const bytes = Buffer.from(this.#bytes)
    this.#replicas.forEach(({ template, id }, row) => {
      const start = this.#starts[row]!
      const { offsets } = template
      const add = (field: MovingField, amount: number) => {
        const offset = offsets[field]
        if (offset === undefined) return
        const before = bytes.readBigUInt64BE(start + offset)
        bytes.writeBigUInt64BE(before + BigInt(amount), start + offset)
      }
      const put = (field: MovingField, value: number) => {
        const offset = offsets[field]
        if (offset !== undefined) bytes.writeBigUInt64BE(BigInt(value), start + offset)
      }
      // Two thirds of the guests do something, each at its own pace.
      const busy = id % 3 === 0 ? 0 : 1 + (id % 7)
      const wave = busy * 64 * Math.round(16 * (1 + Math.sin((turn + id) / 9)))
      add('cpu.time', turn * busy * 31_000_000)
      add('balloon.minor_fault', turn * busy * 40)
      add('balloon.rss', wave)
      add('balloon.unused', wave)
      add('balloon.usable', wave)
      put('balloon.major_fault', turn)
      put('balloon.last-update', nowSeconds)
    })
    return bytes
  }
}
