import format from 'icu-minify/format'
import { expect, it } from 'vitest'

import { compileMessages } from './compile-messages.ts'
import { messages as en } from './messages/en.ts'
import { messages as zh } from './messages/zh.ts'

const formatters = {
  getDateTimeFormat: (...args: ConstructorParameters<typeof Intl.DateTimeFormat>) =>
    new Intl.DateTimeFormat(...args),
  getNumberFormat: (...args: ConstructorParameters<typeof Intl.NumberFormat>) =>
    new Intl.NumberFormat(...args),
  getPluralRules: (...args: ConstructorParameters<typeof Intl.PluralRules>) =>
    new Intl.PluralRules(...args),
}

it('compiles every message of both languages', () => {
  expect(() => compileMessages(en)).not.toThrow()
  expect(() => compileMessages(zh)).not.toThrow()
})

it('keeps plural forms and arguments', () => {
  const { rows } = compileMessages({ rows: en.common.rows })
  expect(format(rows, 'en', { count: 1 }, { formatters })).toBe('1 row')
  expect(format(rows, 'en', { count: 1200 }, { formatters })).toBe('1,200 rows')
})

it('makes plain objects only, which React can hand on', () => {
  const plain = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    ((Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
      Object.values(value).every(plain))
  expect(plain(compileMessages(en))).toBe(true)
})
