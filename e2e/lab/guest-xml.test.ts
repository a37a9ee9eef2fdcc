import { DOMParser } from '@xmldom/xmldom'
import { expect, test } from 'vitest'

import { guestXml, kernelArguments } from './guest-xml.ts'
import { FLEET, IDLE, macFor, uuidFor, workloadNumbers } from './plan.ts'

const guests = FLEET.flatMap((host) => host.guests)
const named = (name: string) => guests.find((guest) => guest.name === name)!

test('each guest of the plan makes well-formed XML that keeps its text', () => {
  for (const guest of guests) {
    const root = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message)
      },
    }).parseFromString(guestXml(guest), 'text/xml').documentElement
    const text = (tag: string) =>
      root?.getElementsByTagName(tag)[0]?.textContent ?? undefined
    expect(text('name')).toBe(guest.name)
    expect(text('title')).toBe(guest.title)
    expect(text('description')).toBe(guest.description)
    expect(text('currentMemory')).toBe(String(guest.currentMiB))
  }
})

test('every guest flushes its TLB often enough to survive a migration', () => {
  for (const guest of guests) expect(kernelArguments(guest).split(' ')).toContain('pti=on')
})

test('the balloon device is as the plan says', () => {
  expect(guestXml(named('legacy1'))).toContain(`<memballoon model='none'/>`)
  expect(kernelArguments(named('nodriver1'))).toContain('lab.noballoon')
  expect(guestXml(named('web1'))).not.toContain('<stats')
  expect(guestXml(named('cache1'))).toContain(
    `<memballoon model='virtio' freePageReporting='on'><stats period='2'/>`,
  )
})

test('identities are stable, well-formed and distinct', () => {
  expect(uuidFor('web1')).toBe(uuidFor('web1'))
  expect(uuidFor('web1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(macFor('web1')).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/)
  expect(new Set(guests.map(({ name }) => uuidFor(name))).size).toBe(guests.length)
  expect(new Set(guests.map(({ name }) => macFor(name))).size).toBe(guests.length)
})

test('a workload is whole numbers in range', () => {
  expect(workloadNumbers({ ...IDLE, fillMiB: 5, busy: true })).toEqual([
    5, 0, 0, 0, 60, 0, 1,
  ])
  for (const fillMiB of [-1, 1.5, Number.NaN, 1e9])
    expect(() => workloadNumbers({ ...IDLE, fillMiB })).toThrow(RangeError)
})
