import { describe, expect, test } from 'vitest'

import { migrationOptions } from '../contract/migration.ts'
import type { MigrationOptionsInput } from '../contract/migration.ts'
import type { MigrateFlags } from '../libvirt/migration.ts'
import { driveDirect, MoveFailed } from './direct.ts'
import type { DirectSource, DirectTarget } from './direct.ts'
import type { DomainThere } from './move-end.ts'

const cookie = (text: string) => new TextEncoder().encode(text)
const there = (persistent: boolean): DomainThere => ({
  name: 'web1',
  state: 'running',
  reason: 'migrated',
  persistent,
  job: null,
})

/** Drives a move between two ends that take every step; `look` is what the target says afterwards. */
async function drive(
  input: MigrationOptionsInput,
  look: () => Promise<DomainThere | null>,
) {
  const confirms: { set: MigrateFlags; cancelled: boolean; cookie: string }[] = []
  const calls: string[] = []
  let finishCookie: string | null = null
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const source: DirectSource = {
    begin: async () => ({ cookie: cookie('begun'), xml: '<domain/>' }),
    perform: async () => {
      calls.push('perform')
      return cookie('performed')
    },
    confirm: async (_uuid, _params, given, set, cancelled) => {
      confirms.push({ set, cancelled, cookie: text(given) })
    },
    domain: async () => there(true),
  }
  const target: DirectTarget = {
    prepare: async () => ({ cookie: cookie('prepared'), uri: 'tcp:gamma:49152' }),
    finish: async (_params, given) => {
      finishCookie = text(given)
      return { cookie: cookie('finished'), arrived: true }
    },
    domain: look,
  }
  const failure = await driveDirect(source, target, {
    uuid: '4af55000-8095-531b-af62-e53cdc38acfc',
    name: 'web1',
    options: migrationOptions.parse(input),
    phase: () => undefined,
    stopped: () => false,
  }).then(
    () => null,
    (error: unknown) => error,
  )
  return { failure, confirms, calls, finishCookie }
}

const unreachable = () => Promise.reject(new Error('connection lost'))

describe('a direct move', () => {
  test('offline sends no memory, and no cookie to finish', async () => {
    const move = await drive({ offline: true }, async () => there(true))
    expect(move.failure).toBeNull()
    expect(move.calls).toEqual([])
    expect(move.finishCookie).toBe('')
    expect(move.confirms).toMatchObject([
      { cancelled: false, cookie: 'finished', set: { undefineSource: true } },
    ])
  })

  test("live hands perform's cookie on", async () => {
    const move = await drive({}, async () => there(true))
    expect(move.failure).toBeNull()
    expect(move.finishCookie).toBe('performed')
    expect(move.confirms).toMatchObject([
      { cancelled: false, set: { undefineSource: true } },
    ])
  })

  test.each([
    ['shows it without a definition', async () => there(false), false],
    ['does not know it', async () => null, false],
    ['cannot be asked', unreachable, true],
  ])('offline, the source keeps its definition when the target %s', async (...given) => {
    const [, look, unsure] = given
    const move = await drive({ offline: true }, look)
    expect(move.failure).toBeInstanceOf(MoveFailed)
    expect(move.failure).toMatchObject({ phase: 'finish', unsure })
    expect(move.confirms).toMatchObject([{ cancelled: true }])
  })

  test.each([
    ['shows it without a definition', async () => there(false)],
    ['cannot be asked', unreachable],
  ])('live, the source keeps its definition when the target %s', async (_what, look) => {
    const move = await drive({}, look)
    expect(move.failure).toBeNull()
    expect(move.confirms).toMatchObject([
      { cancelled: false, set: { undefineSource: false } },
    ])
  })

  test('a transient domain that was asked for is no reason to keep the source', async () => {
    const move = await drive({ persistent: false }, unreachable)
    expect(move.confirms).toMatchObject([{ set: { undefineSource: true } }])
  })
})
