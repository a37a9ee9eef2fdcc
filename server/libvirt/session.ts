import type { CallOptions } from '../rpc/calls.ts'
import type { RpcConnection } from '../rpc/connection.ts'
import { RemoteError } from '../rpc/errors.ts'
import type { ArgsOf, Procedure, RetOf } from '../rpc/procedure.ts'
import type { RpcStream } from '../rpc/streams.ts'
import type { DomainRef, NetworkRef, PoolRef } from '../rpc/types.ts'
import type { Wide } from '../rpc/xdr.ts'
import { LibvirtError } from './errors.ts'

export type { CallOptions } from '../rpc/calls.ts'

/** What the methods of one object need: calls whose errors are LibvirtError. */
export interface Session {
  call<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<RetOf<P>>
  /** The answer's bytes, for a decoder of their own. */
  callRaw<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<Buffer>
  openStream<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<{ ret: RetOf<P>; stream: RpcStream }>
}

/** Calls over a connection, with the daemon's errors turned into LibvirtError. */
export function createSession(connection: RpcConnection): Session {
  return {
    call: (procedure, args, options) =>
      withLibvirtErrors(connection.call(procedure, args, options)),
    callRaw: (procedure, args, options) =>
      withLibvirtErrors(connection.callRaw(procedure, args, options)),
    openStream: (procedure, args, options) =>
      withLibvirtErrors(connection.openStream(procedure, args, options)),
  }
}

/** Gives the result, or throws LibvirtError in place of RemoteError. */
export async function withLibvirtErrors<T>(result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    if (error instanceof RemoteError) throw new LibvirtError(error.remote, error.procedure)
    throw error
  }
}

/** The daemon looks domains up by UUID alone; name and id may be anything. */
export function domainRef(uuid: string): DomainRef {
  return { name: '', uuid, id: -1 }
}

/** Networks too are looked up by UUID. */
export function networkRef(uuid: string): NetworkRef {
  return { name: '', uuid }
}

/** Pools too are looked up by UUID. */
export function poolRef(uuid: string): PoolRef {
  return { name: '', uuid }
}

/** A 64-bit value as a number: exact below 2^53, at most one part in 2^53 off above. */
export function toNumber(value: Wide): number {
  return Number(value)
}

/** Bits of a flags word, from a table of names and an object of booleans. */
export function flags<Name extends string>(
  bits: Readonly<Record<Name, number>>,
  set: Partial<Record<NoInfer<Name>, boolean>> = {},
): number {
  let word = 0
  for (const name of Object.keys(bits) as Name[]) if (set[name]) word |= bits[name]
  return word >>> 0
}

/** virDomainModificationImpact: 0 = whatever the domain's state suggests. */
export const AFFECT = { live: 1, config: 2 } as const

export interface Affect {
  /** The running domain. */
  live?: boolean
  /** The persistent definition. */
  config?: boolean
}
