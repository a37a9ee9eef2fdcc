import { FakeDaemon } from '../../rpc/fake-daemon.ts'
import type { Frame } from '../../rpc/framing.ts'
import { XdrWriter } from '../../rpc/xdr.ts'
import { LibvirtClient } from '../client.ts'
import type { Logger } from '../client.ts'
import { LibvirtError } from '../errors.ts'

/** 32-bit integers as the body of a reply. */
export function words(...values: number[]): Buffer {
  const writer = new XdrWriter()
  for (const value of values) writer.i32(value)
  return writer.finish()
}

/** Answers the handshake and lets `answer` say what else; calls it does not know are left. */
async function serve(daemon: FakeDaemon, answer: (call: Frame) => void = () => undefined) {
  const handshake: Record<number, Buffer> = {
    66: words(0),
    60: words(1),
    1: Buffer.alloc(0),
    2: Buffer.alloc(0),
  }
  for (;;) {
    const call = await daemon.next()
    const known = call.program === 0x2000_8086 ? handshake[call.procedure] : undefined
    if (known) daemon.reply(call, known)
    else answer(call)
  }
}

/**
 * A client whose daemon only greets: the rest is for `answer`, or for spies on the client's own
 * methods. Whoever asked for it closes it.
 */
export async function fakeClient(
  answer?: (call: Frame, daemon: FakeDaemon) => void,
  logger?: Logger,
): Promise<{ client: LibvirtClient; daemon: FakeDaemon }> {
  const daemon = new FakeDaemon()
  void serve(daemon, (call) => answer?.(call, daemon))
  const client = await LibvirtClient.connect('qemu:///system', {
    openTransport: async () => ({ stream: daemon.client, localUri: 'qemu:///system' }),
    ...(logger ? { logger } : {}),
  })
  return { client, daemon }
}

/** What libvirt answers when it refuses. @param number virErrorNumber */
export function refusal(number: number, message: string): LibvirtError {
  const noWords = { str1: null, str2: null, str3: null, int1: -1, int2: -1 }
  return new LibvirtError({ number, domain: 18, level: 2, message, ...noWords }, 'any')
}
