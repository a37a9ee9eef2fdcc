import * as wire from '../rpc/procedures/console.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags } from './session.ts'

export { toDuplex } from '../rpc/streams.ts'
export type { RpcStream, StreamItem } from '../rpc/streams.ts'

const CONSOLE = { force: 1, safe: 2 } as const

/**
 * Consoles, channels, screenshots. Each is a stream: use a connection of its own, for a slow
 * reader holds up everything else on it.
 */
export function consoleMethods(session: Session) {
  const { openStream } = session
  return {
    /** Serial console, both ways. `force` throws another user out. */
    async open(
      uuid: string,
      set?: Partial<Record<keyof typeof CONSOLE, boolean>>,
      device: string | null = null,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), devName: device, flags: flags(CONSOLE, set) }
      return (await openStream(wire.domainOpenConsole, args, options)).stream
    },
    /** A virtio channel by name, both ways. */
    async openChannel(uuid: string, name: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), name, flags: 0 }
      return (await openStream(wire.domainOpenChannel, args, options)).stream
    },
    /** The screen as an image; PNG or PPM, as `mimeType` says. */
    async screenshot(uuid: string, screen = 0, options?: CallOptions) {
      const args = { dom: domainRef(uuid), screen, flags: 0 }
      const { ret, stream } = await openStream(wire.domainScreenshot, args, options)
      const pieces: Buffer[] = []
      for await (const item of stream) if (item.type === 'data') pieces.push(item.bytes)
      return {
        mimeType: ret.mime ?? 'application/octet-stream',
        image: Buffer.concat(pieces),
      }
    },
  }
}

export type Console = ReturnType<typeof consoleMethods>
