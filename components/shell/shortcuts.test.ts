import { expect, it } from 'vitest'

import { shortcutStep } from './shortcuts.ts'

const known = ['?', '/', 'g f', 'g h']

it('knows single keys and sequences', () => {
  expect(shortcutStep('?', null, known)).toEqual({ pending: null, shortcut: '?' })
  expect(shortcutStep('g', null, known)).toEqual({ pending: 'g', shortcut: null })
  expect(shortcutStep('h', 'g', known)).toEqual({ pending: null, shortcut: 'g h' })
})

it('starts anew after a wrong second key', () => {
  expect(shortcutStep('g', 'g', known)).toEqual({ pending: 'g', shortcut: null })
  expect(shortcutStep('/', 'g', known)).toEqual({ pending: null, shortcut: '/' })
  expect(shortcutStep('x', 'g', known)).toEqual({ pending: null, shortcut: null })
  expect(shortcutStep('f', null, known)).toEqual({ pending: null, shortcut: null })
})
