import { createServer, type Server, type Socket } from 'node:net'

import { FrameReader, MessageStatus, MessageType, type Frame } from '../../rpc/framing.ts'
import { HEADER_BYTES, writeHeader } from '../../rpc/framing.ts'
import { KEEPALIVE_PROGRAM, REMOTE_PROGRAM } from '../../rpc/procedure.ts'
import { connectListAllDomains, domainGetXmlDesc } from '../../rpc/procedures/domains.ts'
import { connectGetAllDomainStats } from '../../rpc/procedures/stats.ts'
import { remoteError } from '../../rpc/types.ts'
import { XdrReader, XdrWriter } from '../../rpc/xdr.ts'
import { isGood, type RecordedAnswer } from './recording.ts'
import {
  StatsAnswer,
  templatesOf,
  type Replica,
  type StatsTemplate,
} from './stats-template.ts'

const PONG = 2
/** virErrorNumber: no support for this connection. */
const NO_SUPPORT = 3
/** In a call that names one domain its UUID comes after an empty name. */
const uuidAt = 4

/**
 * A host that says what a real one said, for as many domains as wanted, on a socket of its own. It knows
 * only what was recorded; anything else it refuses, as an old daemon does.
 */
export class ReplayHost {
  /** When each sweep of all domains was asked for, epoch ms with fractions; and when its answer left. */
  readonly sweeps: { askedMs: number; turn: number; answeredMs: number }[] = []
  readonly #answers = new Map<string, RecordedAnswer>()
  readonly #byProcedure = new Map<string, RecordedAnswer>()
  readonly #replicas = new Map<string, Replica>()
  readonly #all: StatsAnswer
  readonly #server: Server
  #turn = 0

  /** @param number which host of the fleet this is, from 1 on */
  constructor(recording: readonly RecordedAnswer[], number: number, domains: number) {
    for (const one of recording) {
      const key = `${one.program}/${one.procedure}`
      this.#answers.set(`${key}/${one.args}`, one)
      if (isGood(one) || !this.#byProcedure.has(key)) this.#byProcedure.set(key, one)
    }
    const templates = runningTemplates(recording)
    for (let at = 0; at < domains; at++) {
      const uuid = uuidOf(number, at)
      const name = `vm-${String(number).padStart(2, '0')}-${String(at).padStart(3, '0')}`
      const template = templates[at % templates.length]!
      this.#replicas.set(uuid, { uuid, name, id: at + 1, template })
    }
    this.#all = new StatsAnswer([...this.#replicas.values()])
    this.#server = createServer((socket) => this.#serve(socket))
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, () => resolve())
    })
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader((frame) => this.#answer(socket, frame))
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
    socket.on('error', () => socket.destroy())
  }

  #answer(socket: Socket, call: Frame): void {
    if (call.program === KEEPALIVE_PROGRAM) {
      if (call.procedure !== PONG) send(socket, { ...call, procedure: PONG })
      return
    }
    if (call.type !== MessageType.call) return
    if (call.program === REMOTE_PROGRAM) {
      if (call.procedure === connectGetAllDomainStats.number)
        return this.#stats(socket, call)
      if (call.procedure === connectListAllDomains.number) return this.#list(socket, call)
      if (call.procedure === domainGetXmlDesc.number) return this.#xml(socket, call)
    }
    const recorded = this.#recorded(call, this.#named(call)?.template)
    if (!recorded) return refuse(socket, call)
    reply(socket, call, Buffer.from(recorded.answer, 'base64'), recorded.status)
  }

  #stats(socket: Socket, call: Frame): void {
    const askedMs = now()
    const { doms, stats } = connectGetAllDomainStats.args.decode(
      new XdrReader(call.payload),
    )
    if (doms.length === 0) {
      const turn = ++this.#turn
      reply(socket, call, this.#all.at(turn, Math.floor(askedMs / 1000)))
      this.sweeps.push({ askedMs, turn, answeredMs: now() })
      return
    }
    const named = doms.flatMap(({ uuid }) => this.#replicas.get(uuid) ?? [])
    const recorded = named[0] && this.#recordedStats(named[0].template, stats)
    if (recorded) return reply(socket, call, Buffer.from(recorded.answer, 'base64'))
    reply(socket, call, new StatsAnswer(named).at(this.#turn, Math.floor(askedMs / 1000)))
  }

  /** What the real daemon said of the real domain for these groups, when it was asked for it alone. */
  #recordedStats(template: StatsTemplate, groups: number): RecordedAnswer | undefined {
    for (const one of this.#answers.values()) {
      if (one.procedure !== connectGetAllDomainStats.number || !isGood(one)) continue
      const args = connectGetAllDomainStats.args.decode(
        new XdrReader(Buffer.from(one.args, 'base64')),
      )
      if (args.stats === groups && args.doms[0]?.uuid === template.uuid) return one
    }
    return undefined
  }

  #list(socket: Socket, call: Frame): void {
    const writer = new XdrWriter()
    const domains = [...this.#replicas.values()]
    connectListAllDomains.ret.encode(writer, { domains, ret: domains.length })
    reply(socket, call, writer.finish())
  }

  #xml(socket: Socket, call: Frame): void {
    const replica = this.#named(call)
    const recorded = replica && this.#recorded(call, replica.template)
    if (!recorded || !isGood(recorded)) return refuse(socket, call)
    const { xml } = domainGetXmlDesc.ret.decode(
      new XdrReader(Buffer.from(recorded.answer, 'base64')),
    )
    const writer = new XdrWriter()
    const { template } = replica
    domainGetXmlDesc.ret.encode(writer, {
      xml: xml
        .replaceAll(template.uuid, replica.uuid)
        .replace(`<name>${template.name}</name>`, `<name>${replica.name}</name>`),
    })
    reply(socket, call, writer.finish())
  }

  /** The domain that a call names, where its first argument is one of ours. */
  #named(call: Frame): Replica | undefined {
    const { payload } = call
    if (payload.length < uuidAt + 20 || payload.readUInt32BE(0) !== 0) return undefined
    const digits = payload.subarray(uuidAt, uuidAt + 16).toString('hex')
    return this.#replicas.get(hyphened(digits))
  }

  /** What was said to the same call, with the real domain in place of its replica. */
  #recorded(call: Frame, template: StatsTemplate | undefined): RecordedAnswer | undefined {
    const args = Buffer.from(call.payload)
    if (template) args.write(template.uuid.replaceAll('-', ''), uuidAt, 'hex')
    const key = `${call.program}/${call.procedure}`
    return (
      this.#answers.get(`${key}/${args.toString('base64')}`) ?? this.#byProcedure.get(key)
    )
  }
}

/** The running domains of the recording. Throws when the recorded host had none. */
function runningTemplates(recording: readonly RecordedAnswer[]): StatsTemplate[] {
  const sweep = recording.find((one) => {
    if (one.procedure !== connectGetAllDomainStats.number || !isGood(one)) return false
    const args = Buffer.from(one.args, 'base64')
    return connectGetAllDomainStats.args.decode(new XdrReader(args)).doms.length === 0
  })
  const templates = sweep ? templatesOf(Buffer.from(sweep.answer, 'base64')) : []
  const running = templates.filter(({ offsets }) => 'balloon.unused' in offsets)
  if (running.length === 0) throw new Error('the recorded host has no running domain')
  return running
}

function uuidOf(host: number, at: number): string {
  return `5ca1e000-${hex(host, 4)}-4000-8000-${hex(at, 12)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

function hyphened(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

function reply(
  socket: Socket,
  call: Frame,
  payload: Uint8Array,
  status: number = MessageStatus.ok,
): void {
  send(socket, { ...call, type: MessageType.reply, status }, payload)
}

function refuse(socket: Socket, call: Frame): void {
  const writer = new XdrWriter()
  remoteError.encode(writer, {
    number: NO_SUPPORT,
    domain: 10,
    message: `procedure ${call.procedure} was not recorded`,
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: -1,
    int2: -1,
    net: null,
  })
  reply(socket, call, writer.finish(), MessageStatus.error)
}

function send(
  socket: Socket,
  header: Omit<Frame, 'payload'>,
  payload: Uint8Array = new Uint8Array(0),
): void {
  if (socket.destroyed) return
  const head = Buffer.alloc(HEADER_BYTES)
  writeHeader(head, header, HEADER_BYTES + payload.length)
  socket.cork()
  socket.write(head)
  socket.write(payload)
  socket.uncork()
}
