import { describe, expect, test } from 'vitest'

import type { QmpCommand } from '../contract/monitor.ts'
import { parseQmpJson } from '../contract/qmp-json.ts'
import { qmpCommands } from './qmp-commands.ts'
import { QmpError } from './qmp-error.ts'
import { readQmpSchema } from './qmp-schema.ts'

/** A QEMU that gives these answers, by what is asked; and what it was asked. */
function qemu(answers: Record<string, string>) {
  const asked: QmpCommand[] = []
  const commands = qmpCommands(async (_uuid, command) => {
    asked.push(command)
    const path = String(command.arguments?.['path'] ?? '')
    const answer = answers[`${command.execute} ${path}`.trim()] ?? answers[command.execute]
    if (answer === undefined) throw new QmpError('GenericError', `no ${command.execute}`)
    return parseQmpJson(answer)
  })
  return { commands, asked }
}

const peripherals = {
  'qom-list /machine/peripheral':
    '[{"name":"type","type":"string"},{"name":"net0","type":"child<virtio-net-pci>"},{"name":"balloon0","type":"child<virtio-balloon-pci>"}]',
}

describe('the balloon', () => {
  test('is found by its type, also where QEMU itself named it', async () => {
    const named = qemu(peripherals)
    expect(await named.commands.balloonPath('u')).toBe('/machine/peripheral/balloon0')
    const anonymous = qemu({
      'qom-list /machine/peripheral': '[]',
      'qom-list /machine/peripheral-anon':
        '[{"name":"device[3]","type":"child<virtio-balloon-ccw>"}]',
    })
    expect(await anonymous.commands.balloonPath('u')).toBe(
      '/machine/peripheral-anon/device[3]',
    )
  })

  test('may be missing', async () => {
    const { commands } = qemu({ 'qom-list': '[]' })
    expect(await commands.balloonPath('u')).toBeNull()
    await expect(commands.guestStats('u')).rejects.toThrow(QmpError)
  })

  test('2^64-1 is not known, and not a size', async () => {
    const { commands } = qemu({
      ...peripherals,
      'qom-get':
        '{"last-update":1700000000,"stats":{"stat-swap-in":0,"stat-free-memory":48062464,"stat-total-memory":18446744073709551615,"stat-minor-faults":9007199254740993}}',
    })
    const stats = await commands.guestStats('u')
    expect(stats).toMatchObject({
      last_update: 1_700_000_000,
      swap_in: 0,
      unused: 46_936,
      available: null,
      usable: null,
      minor_fault: 9_007_199_254_740_992,
    })
    expect(Object.keys(stats)).toHaveLength(11)
  })

  test('its period is set on its own path', async () => {
    const { commands, asked } = qemu({ ...peripherals, 'qom-set': '{}' })
    await commands.setPollingInterval('u', 5)
    expect(asked.at(-1)).toEqual({
      execute: 'qom-set',
      arguments: {
        path: '/machine/peripheral/balloon0',
        property: 'guest-stats-polling-interval',
        value: 5,
      },
    })
  })
})

describe('other commands', () => {
  test('a dirty rate that is not measured yet has none', async () => {
    const { commands } = qemu({
      'query-dirty-rate':
        '{"status":"measuring","sample-pages":512,"mode":"page-sampling","start-time":7,"calc-time":1}',
    })
    expect(await commands.queryDirtyRate('u')).toMatchObject({
      status: 'measuring',
      rateMiBps: null,
      vcpus: [],
    })
  })

  test('an answer of another shape is an error', async () => {
    const { commands } = qemu({ 'query-balloon': '[]', 'query-status': '{"status":1}' })
    for (const answer of [commands.queryBalloon('u'), commands.queryStatus('u')]) {
      await expect(answer).rejects.toMatchObject({ errorClass: 'InvalidAnswer' })
    }
  })

  test('only what is given is sent', async () => {
    const { commands, asked } = qemu({ 'calc-dirty-rate': '{}' })
    await commands.calcDirtyRate('u', { seconds: 1 })
    expect(asked[0]?.arguments).toEqual({ 'calc-time': 1 })
  })
})

test('the schema becomes what completion needs', () => {
  const entries = parseQmpJson(`[
    {"name":"set-action","meta-type":"command","arg-type":"1","ret-type":"0"},
    {"name":"1","meta-type":"object","members":[
      {"name":"shutdown","type":"2","default":null},
      {"name":"force","type":"bool"},{"name":"names","type":"[str]"}]},
    {"name":"2","meta-type":"enum","members":[{"name":"poweroff"}],"values":["poweroff","pause"]},
    {"name":"bool","meta-type":"builtin","json-type":"boolean"},
    {"name":"str","meta-type":"builtin","json-type":"string"},
    {"name":"[str]","meta-type":"array","element-type":"str"},
    {"name":"STOP","meta-type":"event","arg-type":"0"}, 7]`)
  expect(readQmpSchema('7.2', Array.isArray(entries) ? entries : [])).toEqual({
    version: '7.2',
    events: ['STOP'],
    commands: [
      {
        name: 'set-action',
        arguments: [
          { name: 'shutdown', type: 'enum', optional: true, values: ['poweroff', 'pause'] },
          { name: 'force', type: 'boolean', optional: false, values: ['true', 'false'] },
          { name: 'names', type: '[string]', optional: false, values: [] },
        ],
      },
    ],
  })
})
