import { describe, expect, it } from 'vitest'

import { pickLocale, pickTimeZone } from './locale.ts'

describe('pickLocale', () => {
  it.each([
    ['zh', 'en-US,en;q=0.9', 'zh'],
    [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    [undefined, 'de-DE,de;q=0.9,zh-Hans;q=0.7,en;q=0.6', 'zh'],
    [undefined, 'en;q=0.3, zh-TW;q=0.8', 'zh'],
    [undefined, 'zh;q=0, en', 'en'],
    [undefined, 'fr', 'en'],
    [undefined, null, 'en'],
    ['../etc', 'zh', 'zh'],
    [undefined, ';;;q=,,', 'en'],
  ])('cookie %s and header %s give %s', (cookie, header, expected) => {
    expect(pickLocale(cookie, header)).toBe(expected)
  })
})

describe('pickTimeZone', () => {
  it.each([
    ['Asia/Shanghai', 'Asia/Shanghai'],
    ['Europe%2FBerlin', 'Europe/Berlin'],
    ['Mars/Olympus', 'UTC'],
    ['%E0%A4%A', 'UTC'],
    [undefined, 'UTC'],
  ])('%s gives %s', (cookie, expected) => {
    expect(pickTimeZone(cookie)).toBe(expected)
  })
})
