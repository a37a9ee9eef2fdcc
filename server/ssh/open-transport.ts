import { access } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import type { LibvirtUri } from './libvirt-uri.ts'
import { parseLibvirtUri } from './libvirt-uri.ts'
import { openSsh } from './open-ssh.ts'
import type { SshSettings } from './ssh-arguments.ts'
import { TransportFailure } from './transport-failure.ts'

/** An open way to a daemon. */
export interface OpenedTransport {
  /** Owned by whoever takes it; destroyed with a TransportFailure when the way is lost. */
  stream: Duplex
  /** The name to give to CONNECT_OPEN. */
  localUri: string
}

export interface TransportSettings extends SshSettings {
  /** Where the system daemons' sockets are; default /run/libvirt. */
  runtimeDirectory?: string
}

/**
 * Makes the function that opens hosts. It parses the URI (UriError) and gives a stream to
 * the daemon: an ssh process, or the daemon's socket on this machine. An ssh stream is
 * handed out at once; whether the login works shows with the first answer.
 */
export function createOpenTransport(
  settings: TransportSettings = {},
): (uri: string, options?: { signal?: AbortSignal }) => Promise<OpenedTransport> {
  return async (text, { signal } = {}) => {
    const uri = parseLibvirtUri(text)
    signal?.throwIfAborted()
    const stream =
      uri.transport === 'ssh'
        ? openSsh(uri, settings)
        : await openSocket(await localSocketPath(uri, settings), signal)
    return { stream, localUri: uri.localUri }
  }
}

/** Sockets in libvirt's order (src/remote/remote_sockets.c): the QEMU daemon, then libvirtd. */
async function localSocketPath(
  uri: LibvirtUri,
  settings: TransportSettings,
): Promise<string> {
  if (uri.socket !== null) return uri.socket
  const folder = uri.session
    ? sessionFolder()
    : (settings.runtimeDirectory ?? '/run/libvirt')
  const legacy = join(folder, 'libvirt-sock')
  if (uri.driver === 'test') return legacy
  const modular = join(folder, 'virtqemud-sock')
  return access(modular).then(
    () => modular,
    () => legacy,
  )
}

function sessionFolder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${userInfo().uid}`
  return join(runtime, 'libvirt')
}

function openSocket(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    const onAbort = (): void => void socket.destroy(new Error('aborted'))
    signal?.addEventListener('abort', onAbort, { once: true })
    const onError = (cause: NodeJS.ErrnoException): void => {
      signal?.removeEventListener('abort', onAbort)
      reject(signal?.aborted ? signal.reason : socketFailure(cause))
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      resolve(socket)
    })
  })
}

function socketFailure(cause: NodeJS.ErrnoException): TransportFailure {
  const denied = cause.code === 'EACCES' || cause.code === 'EPERM'
  return new TransportFailure(denied ? 'no-permission' : 'no-libvirt', {
    detail: cause.message,
    cause,
  })
}
