import { describe, expect, it } from 'vitest'

import { nearestStep, sliderFraction, sliderKey } from './slider-steps.ts'

it('sliderFraction stays between 0 and 1', () => {
  expect(sliderFraction(50, 0, 200)).toBe(0.25)
  expect(sliderFraction(-5, 0, 200)).toBe(0)
  expect(sliderFraction(500, 0, 200)).toBe(1)
  expect(sliderFraction(7, 7, 7)).toBe(0)
})

it('nearestStep snaps, and reaches a maximum that lies between two steps', () => {
  expect(nearestStep(149, 100, 1000, 100)).toBe(100)
  expect(nearestStep(151, 100, 1000, 100)).toBe(200)
  expect(nearestStep(1050, 100, 1050, 100)).toBe(1050)
  expect(nearestStep(5000, 100, 1050, 100)).toBe(1050)
})

describe('sliderKey', () => {
  const at = { value: 500, min: 0, max: 1000, step: 10, largeStep: 100 }
  it.each([
    ['ArrowRight', 510],
    ['ArrowDown', 490],
    ['PageUp', 600],
    ['PageDown', 400],
    ['Home', 0],
    ['End', 1000],
    ['a', null],
    ['constructor', null],
  ])('%s leads to %s', (key, expected) => {
    expect(sliderKey(key, at)).toBe(expected)
  })
})
