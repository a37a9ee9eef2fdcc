import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { Guest, parseNumbers } from './guest.ts'

let dir: string
let server: Server | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-'))
  mkdirSync(join(dir, 'alpha/agent'), { recursive: true })
})
afterEach(() => {
  server?.close()
  rmSync(dir, { recursive: true })
})

/** A serial line whose far end does what `answer` does with each request line. */
function agent(
  answer: (id: string, request: string, socket: Socket) => void,
): Promise<Guest> {
  server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const [id = '', ...words] = chunk.toString().trim().split(' ')
      answer(id, words.join(' '), socket)
    })
  })
  return new Promise((resolve) => {
    server?.listen(join(dir, 'alpha/agent/web1.sock'), () =>
      resolve(new Guest(dir, 'alpha', 'web1')),
    )
  })
}

test('the lines of /proc/meminfo become numbers', () => {
  expect(
    parseNumbers('MemTotal:  223620 kB\nActive(anon):  12 kB\nHugePages_Total:  0\n\nrest'),
  ).toEqual({
    MemTotal: 223620,
    'Active(anon)': 12,
    HugePages_Total: 0,
  })
})

test('an answer is found behind the rest of an older one and put together from pieces', async () => {
  const guest = await agent((id, request, socket) => {
    expect(request).toBe('meminfo')
    socket.write(`MemFree: 9 kB\nEND r0x0\nBEGIN ${id}\nMemTo`)
    setImmediate(() => socket.write(`tal: 64 kB\nEND ${id}\n`))
  })
  expect(await guest.meminfo()).toEqual({ MemTotal: 64 })
})

test('a guest that says nothing is an error in time', async () => {
  const guest = await agent(() => undefined)
  await expect(guest.ask('status', 50)).rejects.toThrow(
    'guest web1 on alpha: no answer to "status" within 50 ms',
  )
})

test('a guest that is not there is an error', async () => {
  await expect(new Guest(dir, 'alpha', 'nobody').meminfo()).rejects.toThrow(
    'guest nobody on alpha',
  )
})
