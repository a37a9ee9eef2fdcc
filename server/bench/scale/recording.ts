import type { Duplex } from 'node:stream'

import { connectOverLibvirt } from '../../fleet/libvirt-link.ts'
import type { Logger } from '../../fleet/logger.ts'
import { FrameReader, MessageStatus, MessageType, type Frame } from '../../rpc/framing.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'

/** One answer of a real daemon, as its bytes came. */
export interface RecordedAnswer {
  program: number
  procedure: number
  /** Bytes of the arguments, base64. */
  args: string
  status: number
  /** Bytes of the answer, base64. */
  answer: string
}

/**
 * Asks a real host everything that the fleet asks of one, and gives what it said, byte by byte.
 *
 * @param uri as Ballast takes it
 */
export async function recordHost(uri: string, logger: Logger): Promise<RecordedAnswer[]> {
  const answers: RecordedAnswer[] = []
  const open = createOpenTransport()
  const connect = connectOverLibvirt({
    logger,
    openTransport: async (text, options) => {
      const way = await open(text, options)
      tap(way.stream, answers)
      return way
    },
  })
  const link = await connect(uri, new AbortController().signal)
  try {
    await link.listen(() => undefined)
    await link.hostFacts(() => undefined)
    await Promise.all([link.nodeMemory(), link.nodeCpu()])
    await Promise.all([link.listNetworks(), link.listPools()])
    const running = (await link.listDomains()).filter(({ id }) => id >= 0)
    await link.sweep()
    for (const { uuid } of running) {
      await Promise.all([link.domainState(uuid), link.domainFlags(uuid)])
      await link.domainXml(uuid, { inactive: false })
      await link.domainXml(uuid, { inactive: true })
      await link.domainJob(uuid)
      await link.setStatsPeriod(uuid, 1, { live: true, config: false })
      await link.startDirtyRate(uuid, 1, { mode: 'page-sampling', pagesPerGiB: null })
      await link.readDirtyRate(uuid)
    }
    return answers
  } finally {
    link.close()
  }
}

/** Reads along in both directions, without touching a byte. */
function tap(stream: Duplex, answers: RecordedAnswer[]): void {
  const calls = new Map<number, Frame>()
  const sent = new FrameReader((frame) => {
    if (frame.type === MessageType.call) calls.set(frame.serial, copy(frame))
  })
  const received = new FrameReader((frame) => {
    const call = calls.get(frame.serial)
    if (frame.type !== MessageType.reply || !call) return
    calls.delete(frame.serial)
    answers.push({
      program: call.program,
      procedure: call.procedure,
      args: call.payload.toString('base64'),
      status: frame.status,
      answer: frame.payload.toString('base64'),
    })
  })
  const write = stream.write.bind(stream)
  stream.write = ((chunk: Buffer, ...rest: never[]) => {
    sent.push(Buffer.from(chunk))
    return write(chunk, ...rest)
  }) as typeof stream.write
  stream.on('data', (chunk: Buffer) => received.push(chunk))
}

function copy(frame: Frame): Frame {
  return { ...frame, payload: Buffer.from(frame.payload) }
}

/** Whether the daemon answered without an error. */
export function isGood({ status }: RecordedAnswer): boolean {
  return status === MessageStatus.ok
}
