import { once } from 'node:events'

import { WebSocket } from 'ws'

import {
  serverMessage,
  topicKey,
  type ServerMessage,
  type Topic,
} from '../../server/contract/live.ts'
import type { BallastServer } from './ballast-server.ts'

/** A /live connection without a browser. */
export class LiveClient {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  /** Bytes of all messages so far. */
  receivedBytes = 0
  private waiting: (() => void)[] = []

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      this.receivedBytes += data.length
      this.messages.push(serverMessage.parse(JSON.parse(data.toString())))
      for (const wake of this.waiting.splice(0)) wake()
    })
    socket.on('close', () => {
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  /** Opens /live; throws an Error with the HTTP status when the upgrade is refused. */
  static async open(
    ballast: BallastServer,
    headers: { cookie?: string; origin?: string; authorization?: string },
  ): Promise<LiveClient> {
    return new LiveClient(await openLive(ballast, headers))
  }

  subscribe(topic: Topic): string {
    this.socket.send(JSON.stringify({ type: 'subscribe', topic }))
    return topicKey(topic)
  }

  /** The first message, come or coming, that `wanted` accepts. */
  async next<T extends ServerMessage>(
    wanted: (message: ServerMessage) => message is T,
    options?: { timeoutMs?: number },
  ): Promise<T>
  async next(
    wanted: (message: ServerMessage) => boolean,
    options?: { timeoutMs?: number },
  ): Promise<ServerMessage>
  async next(
    wanted: (message: ServerMessage) => boolean,
    { timeoutMs = 10_000 } = {},
  ): Promise<ServerMessage> {
    const until = Date.now() + timeoutMs
    for (let read = 0; ;) {
      while (read < this.messages.length) {
        const message = this.messages[read++]!
        if (wanted(message)) return message
      }
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('/live was closed')
      if (Date.now() > until) throw new Error('no such message on /live')
      await Promise.race([
        new Promise<void>((resolve) => this.waiting.push(resolve)),
        new Promise((resolve) => setTimeout(resolve, until - Date.now() + 1)),
      ])
    }
  }

  /** The code with which the server closes this connection. */
  async closed(): Promise<number> {
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error('closed before')
    const [code] = (await once(this.socket, 'close')) as [number]
    return code
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return
    this.socket.close()
    await once(this.socket, 'close')
  }
}

/** Opens /live and reads nothing yet; throws an Error with the HTTP status when the upgrade is refused. */
export async function openLive(
  ballast: BallastServer,
  headers: { cookie?: string; origin?: string; authorization?: string },
): Promise<WebSocket> {
  const socket = new WebSocket(`${ballast.url.replace('http', 'ws')}/live`, { headers })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate()
      reject(new Error(`refused with ${response.statusCode}`))
    })
    socket.on('error', reject)
  })
  return socket
}
