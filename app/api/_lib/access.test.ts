import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { beforeEach, describe, expect, test } from 'vitest'

import { routeRoles } from '../../../server/contract/access.ts'
import type { RouteKey } from '../../../server/contract/access.ts'
import { roleAllows, roles } from '../../../server/contract/account.ts'
import { problem } from '../../../server/contract/problem.ts'
import type { RouteSpec } from './route-spec.ts'
import { routeSpecs } from './routes.ts'
import { callRoute } from './testing/call.ts'
import { registerFakeRuntime } from './testing/fake-runtime.ts'
import type { FakeRuntime } from './testing/fake-runtime.ts'

const keys = Object.keys(routeRoles) as RouteKey[]
const apiDir = resolve(import.meta.dirname, '../v1')
const files = readdirSync(apiDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('route.ts'),
)

let runtime: FakeRuntime
beforeEach(() => (runtime = registerFakeRuntime()))

describe('the folder and the table', () => {
  test('name the same routes', () => {
    const found = files.flatMap((file) => {
      const path = file
        .replace(/\/route\.ts$/, '')
        .replaceAll('[', '{')
        .replaceAll(']', '}')
      const text = readFileSync(join(apiDir, file), 'utf8')
      return [...text.matchAll(/^export const (\w+) = route\(\s*'([^']+)'/gm)].map(
        ([, method, key]) => {
          expect(key).toBe(`${method} /api/v1/${path}`)
          return key
        },
      )
    })
    expect(found.toSorted()).toEqual(keys.toSorted())
  })

  test('hold nothing that goes around the wrapper, and stay short', () => {
    for (const file of files) {
      const text = readFileSync(join(apiDir, file), 'utf8')
      expect(text.split('\n').length, file).toBeLessThanOrEqual(31)
      const exports = text.match(/^export /gm)?.length
      expect(text.match(/^export const \w+ = route\(/gm)?.length, file).toBe(exports)
    }
  })

  test('every route that changes something is in the audit log, and no other', () => {
    for (const key of keys) {
      const spec: RouteSpec = routeSpecs[key]
      // Reading the schema sends QMP, which taints the domain.
      const changes =
        key.endsWith('/qmp-schema') || (!key.startsWith('GET ') && !spec.readOnly)
      expect(Boolean(spec.audit), key).toBe(changes)
    }
  })
})

describe.each(keys)('%s', (key) => {
  const needs = routeRoles[key]

  test('as nobody', async () => {
    const response = await callRoute(key)
    if (needs === 'nobody') {
      expect(response.status).toBeLessThan(300)
      return
    }
    expect(response.status).toBe(401)
    expect(problem.parse(await response.json()).code).toBe('unauthenticated')
    expect(runtime.lines).toEqual([])
  })

  test.each(roles)('as %s', async (role) => {
    const response = await callRoute(key, { headers: { cookie: `role=${role}` } })
    const spec: RouteSpec = routeSpecs[key]
    if (needs === 'nobody' || roleAllows(role, needs)) {
      const text = await response.text()
      expect(response.status, text).toBe(spec.reply === null ? 204 : (spec.status ?? 200))
      if (spec.audit) expect(runtime.lines).toMatchObject([{ outcome: 'ok' }])
      else expect(runtime.lines).toEqual([])
      return
    }
    expect(response.status).toBe(403)
    expect(problem.parse(await response.json()).code).toBe('forbidden')
    if (spec.audit) expect(runtime.lines).toMatchObject([{ outcome: 'refused' }])
  })
})
