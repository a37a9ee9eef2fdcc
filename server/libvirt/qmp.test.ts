import { describe, expect, test } from 'vitest'

import { formatQmpJson, parseQmpJson } from '../contract/qmp-json.ts'
import { QmpError, qmpResult } from './qmp.ts'

describe('QMP JSON', () => {
  test('keeps all digits of 64-bit integers', () => {
    const text = '{"a":18446744073709551615,"b":9007199254740993,"c":42,"d":0.5,"e":1e300}'
    expect(parseQmpJson(text)).toEqual({
      a: 18_446_744_073_709_551_615n,
      b: 9_007_199_254_740_993n,
      c: 42,
      d: 0.5,
      e: 1e300,
    })
  })

  test('is written with all digits, and escaped', () => {
    const value = {
      execute: 'balloon',
      arguments: { value: 2n ** 63n, s: 'a"\n', l: [null, true] },
    }
    expect(formatQmpJson(value)).toBe(
      '{"execute":"balloon","arguments":{"value":9223372036854775808,"s":"a\\"\\n","l":[null,true]}}',
    )
  })
})

function refuse(): unknown {
  return qmpResult(
    '{"id":"x","error":{"class":"DeviceNotActive","desc":"No balloon device"}}',
  )
}

describe('a QMP answer', () => {
  test('is its return value', () => {
    expect(qmpResult('{"return":{"actual":268435456},"id":"libvirt-9"}')).toEqual({
      actual: 268_435_456,
    })
    expect(qmpResult('{"return":{}}')).toEqual({})
  })

  test("an error is thrown with QEMU's class and words", () => {
    expect(refuse).toThrow(QmpError)
    expect(refuse).toThrow(
      expect.objectContaining({
        errorClass: 'DeviceNotActive',
        message: 'No balloon device',
      }),
    )
  })

  test.each(['', 'quit', '[]', '7', 'null'])('%j is no answer', (text) => {
    expect(() => qmpResult(text)).toThrow(
      expect.objectContaining({ errorClass: 'InvalidAnswer' }),
    )
  })
})
