import { readdirSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { createCheck } from '../../server/contract/create.ts'
import { hostFailureKind } from '../../server/contract/host.ts'
import { jobKinds } from '../../server/contract/job-kinds.ts'
import { jobKind } from '../../server/contract/job.ts'
import { problemStatus } from '../../server/contract/problem.ts'
import { messages as en } from './messages/en.ts'
import { messages as zh } from './messages/zh.ts'

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value]]
        : [...flatten(value, `${prefix}${key}.`)],
    ),
  )
}

/** Names of the ICU arguments and rich-text tags of a message, whatever their order. */
function placeholders(message: string): string[] {
  const names = [...message.matchAll(/\{\s*(\w+)\s*(?:[,}])|<(\w+)>/g)].map(
    (match) => match[1] ?? `<${match[2]}>`,
  )
  return [...new Set(names)].sort()
}

const namespaces = Object.keys(en)

describe('message catalogues', () => {
  it('register every file of the folder in both languages', () => {
    for (const [language, catalogue] of Object.entries({ en, zh })) {
      const files = readdirSync(new URL(`messages/${language}`, import.meta.url))
      expect(files.map((f) => f.replace('.json', '')).sort()).toEqual(
        Object.keys(catalogue).sort(),
      )
    }
  })

  it.each(namespaces)('%s has the same keys in both languages', (namespace) => {
    const name = namespace as keyof typeof en
    expect([...flatten(zh[name]).keys()].sort()).toEqual(
      [...flatten(en[name]).keys()].sort(),
    )
  })

  it.each(namespaces)('%s uses the same placeholders in both languages', (namespace) => {
    const name = namespace as keyof typeof en
    const chinese = flatten(zh[name])
    for (const [key, message] of flatten(en[name])) {
      const other = chinese.get(key) ?? ''
      expect({ key, names: placeholders(other) }).toEqual({
        key,
        names: placeholders(message),
      })
      expect({ key, empty: other.trim() === '' }).toEqual({ key, empty: false })
    }
  })

  it('say what to do for every way a host can fail', () => {
    for (const kind of hostFailureKind.options) {
      expect(en.hostFailure[kind].title).toBeTruthy()
      expect(en.hostFailure[kind].remedy).toBeTruthy()
    }
    expect(Object.keys(en.hostFailure).sort()).toEqual([...hostFailureKind.options].sort())
  })

  it('name every kind of job, its title and each of its steps', () => {
    const { kind, title, step } = en.jobs
    expect(Object.keys(kind).sort()).toEqual([...jobKind.options].sort())
    expect(Object.keys(title).sort()).toEqual([...jobKind.options].sort())
    const steps = Object.entries(step).map(([name, words]) => [name, Object.keys(words)])
    expect(Object.fromEntries(steps)).toEqual(
      Object.fromEntries(jobKind.options.map((name) => [name, jobKinds[name].steps])),
    )
  })

  it('say of every check of a new domain what it is and why', () => {
    const codes = createCheck.shape.code.options
    // Memory has the words of the host's own page.
    const worded = codes.filter((code) => code !== 'memory_overcommit').toSorted()
    expect(Object.keys(en.create.check).sort()).toEqual(worded)
    expect(Object.keys(en.create.checkDetail).sort()).toEqual(worded)
  })

  it('name every problem code', () => {
    expect(Object.keys(en.errors.code).sort()).toEqual(Object.keys(problemStatus).sort())
  })
})
