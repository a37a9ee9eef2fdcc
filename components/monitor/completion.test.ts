import { describe, expect, it } from 'vitest'

import type { QmpSchema } from '../../server/contract/monitor.ts'
import { complete } from './completion.ts'

const schema: QmpSchema = {
  version: '7.2',
  events: [],
  commands: [
    {
      name: 'calc-dirty-rate',
      arguments: [
        { name: 'calc-time', type: 'int', optional: false, values: [] },
        {
          name: 'mode',
          type: 'enum',
          optional: true,
          values: ['page-sampling', 'dirty-ring'],
        },
      ],
    },
    {
      name: 'qom-get',
      arguments: [
        { name: 'path', type: 'string', optional: false, values: [] },
        { name: 'property', type: 'string', optional: false, values: [] },
      ],
    },
    { name: 'query-balloon', arguments: [] },
    { name: 'query-status', arguments: [] },
    {
      name: 'screendump',
      arguments: [
        { name: 'force', type: 'boolean', optional: true, values: ['true', 'false'] },
      ],
    },
  ],
}

/** Completes at the bar; gives what would be written for each suggestion, with the caret as a bar. */
function at(marked: string): string[] {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { from, to, suggestions } = complete(text, caret, schema) ?? {
    from: 0,
    to: 0,
    suggestions: [],
  }
  return suggestions.map(
    ({ insert, caret: offset }) =>
      `${text.slice(0, from)}${insert.slice(0, offset)}|${insert.slice(offset)}${text.slice(to)}`,
  )
}

describe('completion', () => {
  it.each([
    ['query-b|', ['{"execute": "query-balloon"}|']],
    ['qom|', ['{"execute": "qom-get", "arguments": {|}}']],
    ['{"execute": "query-s|"}', ['{"execute": "query-status"|}']],
    ['{"execute": "status|', ['{"execute": "query-status"|']],
    ['{|}', ['{"execute": "|"}', '{"arguments": {|}}']],
    ['{"execute": "qom-get", |}', ['{"execute": "qom-get", "arguments": {|}}']],
    [
      '{"execute": "qom-get", "arguments": {|}}',
      [
        '{"execute": "qom-get", "arguments": {"path": "|"}}',
        '{"execute": "qom-get", "arguments": {"property": "|"}}',
      ],
    ],
    [
      '{"execute": "qom-get", "arguments": {"path": "/a,{", "p|"}}',
      ['{"execute": "qom-get", "arguments": {"path": "/a,{", "property": "|"}}'],
    ],
    [
      '{"arguments": {"mode": "ring|"}, "execute": "calc-dirty-rate"}',
      ['{"arguments": {"mode": "dirty-ring"|}, "execute": "calc-dirty-rate"}'],
    ],
    [
      '{"execute": "screendump", "arguments": {"force": t|}}',
      ['{"execute": "screendump", "arguments": {"force": true|}}'],
    ],
  ])('%s', (marked, expected) => {
    expect(at(marked).slice(0, expected.length)).toEqual(expected)
  })

  it.each([
    '{"execute": "query-status"|}',
    '{"execute": "query-status"}|',
    '{"execute": "nothing", "arguments": {|}}',
    '{"execute": "qom-get", "arguments": {"path": "|"}}',
    '{"execute": "qom-get", "arguments": {"path": {|}}}',
    'query status|',
    ']]}}"|',
  ])('has nothing to say in %s', (marked) => {
    expect(at(marked)).toEqual([])
  })
})
