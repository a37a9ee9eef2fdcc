import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import {
  findOwned,
  identify,
  isAlive,
  OWNER_VARIABLE,
  parseStat,
  signal,
} from './processes.ts'

const rest = 'S 1 2 3 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 2953216 256'

test('a stat line is read whatever the name of the command', () => {
  for (const name of ['bash', 'tmux: server', 'a) S 1 (b', ''])
    expect(parseStat(`42 (${name}) ${rest}`)).toEqual({
      command: name,
      state: 'S',
      startTicks: '4711',
    })
})

test('text that is no stat line is no process', () => {
  for (const text of ['', '42', '42 (x', '42 (x) S 1'])
    expect(parseStat(text)).toBeUndefined()
})

test('a process is itself until it ends, and never another with its pid', async () => {
  const child = spawn('sleep', ['60'], {
    env: { ...process.env, [OWNER_VARIABLE]: '/test/owner' },
  })
  await once(child, 'spawn')
  const found = identify(child.pid ?? 0)
  expect(found).toBeDefined()
  expect(isAlive(found!)).toBe(true)
  expect(isAlive({ ...found!, startTicks: '1' })).toBe(false)
  expect(signal({ ...found!, startTicks: '1' }, 'SIGKILL')).toBe(false)
  expect(findOwned('/test/owner').map(({ pid }) => pid)).toEqual([child.pid])
  expect(findOwned('/test/own')).toEqual([])
  expect(signal(found!, 'SIGKILL')).toBe(true)
  await once(child, 'exit')
  expect(isAlive(found!)).toBe(false)
})
