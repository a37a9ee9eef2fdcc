import { describe, expect, test } from 'vitest'

import {
  cleanHmpLine,
  hmpOnlyLooks,
  maskedHmp,
  maskedQmp,
  parseQmpCommand,
  qmpOnlyLooks,
  qmpText,
} from './monitor.ts'
import { parseQmpJson, prettyQmpJson } from './qmp-json.ts'

const getLooks = (property: string) =>
  qmpOnlyLooks({ execute: 'qom-get', arguments: { path: '/objects/s', property } })

const masked = (execute: string, args: Parameters<typeof maskedQmp>[0]['arguments']) =>
  qmpText(maskedQmp({ execute, ...(args ? { arguments: args } : {}) }))

describe('a typed QMP command', () => {
  test('is what it says, 64-bit integers whole, without an id', () => {
    const text =
      '{"execute":"balloon","id":"mine","arguments":{"value":18446744073709551615}}'
    const parsed = parseQmpCommand(text)
    expect(parsed.ok && qmpText(parsed.command)).toBe(
      '{"execute":"balloon","arguments":{"value":18446744073709551615}}',
    )
  })

  test('is judged and sent by the same reading when a name is there twice', () => {
    const parsed = parseQmpCommand('{"execute":"query-status","execute":"quit"}')
    expect(parsed.ok && qmpText(parsed.command)).toBe('{"execute":"quit"}')
    expect(parsed.ok && qmpOnlyLooks(parsed.command)).toBe(false)
  })

  test.each([
    ['{oops', 'notJson'],
    ['', 'notJson'],
    ['"quit"', 'notObject'],
    ['["quit"]', 'notObject'],
    ['{}', 'noExecute'],
    ['{"execute":7}', 'noExecute'],
    ['{"exec-oob":"quit","execute":"query-status"}', 'unknownMember'],
    ['{"execute":"qom-get","arguments":[]}', 'argumentsNotObject'],
    [`{"execute":"x","arguments":{"a":${'['.repeat(80)}${']'.repeat(80)}}}`, 'tooDeep'],
    [`${'['.repeat(30_000)}`, 'notJson'],
  ])('%.60s is refused as %s', (text, mistake) => {
    expect(parseQmpCommand(text)).toMatchObject({ ok: false, mistake })
  })
})

describe('who may send it', () => {
  test.each([
    'query-status',
    'query-qmp-schema',
    'qom-list',
    'qom-list-properties',
    'device-list-properties',
  ])('%s only looks', (execute) => {
    expect(qmpOnlyLooks({ execute })).toBe(true)
  })

  test.each([
    'quit',
    'stop',
    'system_powerdown',
    'device_del',
    'qom-set',
    'balloon',
    'calc-dirty-rate',
    'human-monitor-command',
    'x-query-roms',
    'query-status ',
    'QUERY-STATUS',
    'query-',
    'not-yet-invented',
  ])('%s is for admins', (execute) => {
    expect(qmpOnlyLooks({ execute })).toBe(false)
  })

  test('reading a secret is for admins too', () => {
    expect(getLooks('guest-stats')).toBe(true)
    expect(getLooks('data')).toBe(false)
  })

  test.each([
    ['info balloon', true],
    ['  info mtree -f ', true],
    ['info', true],
    ['information', false],
    ['infoquit', false],
    ['quit', false],
    ['info status\nquit', false],
    ['info\tstatus', false],
    ['i /x 0x0', false],
  ])('HMP %j: %s', (line, looks) => {
    expect(hmpOnlyLooks(line)).toBe(looks)
  })

  test('a line with control characters is none', () => {
    expect(cleanHmpLine('info status\nquit')).toBeNull()
    expect(cleanHmpLine('   ')).toBeNull()
    expect(cleanHmpLine(' info status ')).toBe('info status')
  })
})

describe('secrets', () => {
  test.each([
    ['set_password', { protocol: 'vnc', password: 'hunter2' }],
    ['change-vnc-password', { password: 'hunter2' }],
    ['object-add', { 'qom-type': 'secret', id: 's0', data: 'hunter2' }],
    ['qom-set', { path: '/objects/s0', property: 'data', value: 'hunter2' }],
    ['human-monitor-command', { 'command-line': 'set_password vnc hunter2' }],
    ['send-key', { keys: [{ type: 'qcode', data: 'hunter2' }] }],
    ['blockdev-add', { node: { filename: 'rbd:p/i:id=a:key=hunter2:mon=x' } }],
    ['blockdev-add', { filename: 'json:{"password": "hunter2"}' }],
    ['transaction', { actions: [{ data: { deep: 'hunter2' } }] }],
  ])('of %s %j are not written down', (execute, args) => {
    expect(masked(execute, args)).not.toContain('hunter2')
    expect(masked(execute, args)).toContain('***')
  })

  test('what is none stays, also the id of one', () => {
    const args = { 'password-secret': 'sec0', path: '/a', property: 'guest-stats' }
    expect(masked('qom-get', args)).toBe(
      `{"execute":"qom-get","arguments":${JSON.stringify(args)}}`,
    )
    expect(masked('query-status', undefined)).toBe('{"execute":"query-status"}')
  })

  test.each([
    ['set_password vnc hunter2 keep', 'set_password vnc ***'],
    ['change vnc password hunter2', 'change vnc password ***'],
    ['sendkey h-u-n-t-e-r-2', 'sendkey ***'],
    ['object_add secret,id=a,data=hunter2', 'object_add secret,id=a,data=***'],
    ['qom-set /objects/s data hunter2', 'qom-set /objects/s data ***'],
    ['change ide1-cd0 /iso/a.iso', 'change ide1-cd0 /iso/a.iso'],
    ['info balloon', 'info balloon'],
  ])('of %j in the human monitor', (line, expected) => {
    expect(maskedHmp(line)).toBe(expected)
  })
})

test('JSON over several lines is the same JSON', () => {
  const text = '{"a":18446744073709551615,"b":[],"c":[1,{"d":"x\\"\\u0000 5"}],"e":{}}'
  const pretty = prettyQmpJson(parseQmpJson(text))
  expect(pretty).toContain('\n  "a": 18446744073709551615,\n')
  expect(parseQmpJson(pretty)).toEqual(parseQmpJson(text))
})
