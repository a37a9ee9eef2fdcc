import { type UploadState, uploadState } from '../../server/contract/create.ts'
import { ProblemError } from '../../server/contract/problem.ts'
import { api, withQuery } from './api-client.ts'
import { apiPaths } from './paths.ts'

/** Large enough to be quick, small enough that a cut costs little. Bytes. */
const chunkBytes = 8 * 1024 * 1024
const mostTries = 5

/** What an upload needs of the world, so that tests can play it. */
export interface UploadTransport {
  state(id: string): Promise<UploadState>
  send(id: string, offset: number, part: Blob, signal: AbortSignal): Promise<UploadState>
  wait(ms: number): Promise<void>
}

const overHttp: UploadTransport = {
  state: (id) => api.get(apiPaths.upload(id), uploadState),
  send: (id, offset, part, signal) =>
    api.putBytes(withQuery(apiPaths.upload(id), { offset }), uploadState, part, signal),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
}

/**
 * Sends a file in pieces from where the host has it, and goes on after a cut from there.
 *
 * @throws ProblemError when the server refuses it, or does not answer several times in a row
 */
export async function sendFile(
  file: Blob,
  upload: UploadState,
  {
    signal,
    onProgress,
    transport = overHttp,
  }: {
    signal: AbortSignal
    onProgress: (state: UploadState) => void
    transport?: UploadTransport
  },
): Promise<UploadState> {
  let state = upload
  let failures = 0
  while (state.receivedBytes < file.size && state.state !== 'done') {
    signal.throwIfAborted()
    const { receivedBytes } = state
    const part = file.slice(receivedBytes, receivedBytes + chunkBytes)
    try {
      state = await transport.send(upload.id, receivedBytes, part, signal)
      failures = 0
      onProgress(state)
    } catch (error) {
      signal.throwIfAborted()
      failures += 1
      if (!worthAnother(error) || failures >= mostTries) throw error
      await transport.wait(500 * 2 ** failures)
      // Some of it may have arrived: go on from what the host has.
      state = await transport.state(upload.id).catch(() => state)
    }
  }
  return state
}

/** The network may come back, and a wrong offset is put right; what is refused stays refused. */
function worthAnother(error: unknown): boolean {
  return error instanceof ProblemError && (error.status >= 500 || error.status === 409)
}
