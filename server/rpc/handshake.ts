import type { CallOptions } from './calls.ts'
import type { RpcConnection } from './connection.ts'
import { RpcError } from './errors.ts'
import {
  authList,
  authPolkit,
  connectOpen,
  connectSupportsFeature,
} from './procedures/session.ts'

const AuthType = { none: 0, sasl: 1, polkit: 2 } as const

/** VIR_DRV_FEATURE_*: what a daemon may be able to do (src/libvirt_internal.h). */
export const Feature = {
  typedParamString: 9,
  keepalive: 10,
  migrationParams: 13,
  eventCallback: 14,
  closeCallback: 15,
  networkUpdateOrder: 16,
} as const

/** CONNECT_OPEN's flag for a read-only session. */
const READ_ONLY = 1

export interface HandshakeOptions extends CallOptions {
  /** The URI as the *host* knows it: `qemu:///system`, `test:///default`, … */
  name: string
  readOnly?: boolean
}

/**
 * From a fresh connection to an open driver. One call after the other: the daemon runs the
 * calls of a connection in parallel, so pipelined ones fail most of the time. Each of them
 * is raced against the connection's end and the deadline. On failure the connection is
 * left to the caller, who closes it.
 */
export async function handshake(
  connection: RpcConnection,
  options: HandshakeOptions,
): Promise<void> {
  // Also as root: this call is what marks a local root client as authenticated.
  const { types } = await connection.call(authList, undefined, options)
  if (types.includes(AuthType.polkit)) {
    await connection.call(authPolkit, undefined, options)
  } else if (types.length > 0 && !types.includes(AuthType.none)) {
    const kind = types.includes(AuthType.sasl) ? 'SASL' : `type ${types.join(', ')}`
    throw new RpcError(
      'auth',
      `the daemon asks for ${kind} authentication, which Ballast does not do`,
    )
  }
  const { supported } = await connection.call(
    connectSupportsFeature,
    { feature: Feature.keepalive },
    options,
  )
  if (supported === 1) connection.startKeepalive()
  await connection.call(
    connectOpen,
    { name: options.name, flags: options.readOnly ? READ_ONLY : 0 },
    options,
  )
}
