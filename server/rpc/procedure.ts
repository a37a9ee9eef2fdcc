import type { Codec, CodecValue } from './codec.ts'

/** Program numbers (src/remote/remote_protocol.x, qemu_protocol.x, virkeepaliveprotocol.x). */
export const REMOTE_PROGRAM = 0x2000_8086
export const QEMU_PROGRAM = 0x2000_8087
export const KEEPALIVE_PROGRAM = 0x6b65_6570

/**
 * A procedure is a value: `{program, number, name, args, ret} as const satisfies Procedure`.
 * `priority` marks the ones the daemon may run on its priority workers: they answer fast
 * and take no slow slot. `stream` says who sends once the call was answered.
 */
export interface Procedure {
  readonly program: number
  readonly number: number
  readonly name: string
  readonly args: Codec<unknown>
  readonly ret: Codec<unknown>
  readonly priority?: boolean
  readonly stream?: 'download' | 'upload' | 'both'
}

export type ArgsOf<P extends Procedure> = CodecValue<P['args']>
export type RetOf<P extends Procedure> = CodecValue<P['ret']>

/** A message that the daemon sends by itself. */
export interface EventMessage {
  readonly program: number
  readonly number: number
  readonly name: string
  readonly payload: Codec<unknown>
}

export type PayloadOf<E extends EventMessage> = CodecValue<E['payload']>
