import { describe, expect, it } from 'vitest'

import { routeRoles } from '../../server/contract/access.ts'
import { apiPaths, liveUrl, paths } from './paths.ts'

const domain = { host: 'alpha', uuid: '5d2a' }

describe('page paths', () => {
  it('are built by concept', () => {
    expect({
      fleet: paths.fleet(),
      host: paths.host(domain),
      domain: paths.domain(domain),
      memory: paths.domainMemory(domain),
      dirtyRate: paths.domainDirtyRate(domain),
      xml: paths.domainXml(domain),
      login: paths.login('/hosts/alpha?window=60'),
    }).toMatchInlineSnapshot(`
      {
        "dirtyRate": "/hosts/alpha/domains/5d2a/dirty-rate",
        "domain": "/hosts/alpha/domains/5d2a",
        "fleet": "/",
        "host": "/hosts/alpha",
        "login": "/login?next=%2Fhosts%2Falpha%3Fwindow%3D60",
        "memory": "/hosts/alpha/domains/5d2a/memory",
        "xml": "/hosts/alpha/domains/5d2a/xml",
      }
    `)
  })

  it('let nothing out of its segment', () => {
    expect(paths.host({ host: '../x?y' })).toBe('/hosts/..%2Fx%3Fy')
    expect(apiPaths.domain({ host: 'a/b', uuid: 'c d' })).toBe(
      '/api/v1/hosts/a%2Fb/domains/c%20d',
    )
  })
})

describe('API paths', () => {
  it('cover every route of the access table and nothing else', () => {
    const h = { host: '{host}', uuid: '{uuid}' }
    const built = [
      apiPaths.os(),
      apiPaths.presets(),
      apiPaths.preset('{id}'),
      apiPaths.createFacts(h),
      apiPaths.create(h),
      apiPaths.createPreview(h),
      apiPaths.media(h),
      apiPaths.mediaLabels(h),
      apiPaths.poolUploads(h, '{pool}'),
      apiPaths.poolFetches(h, '{pool}'),
      apiPaths.upload('{id}'),
      apiPaths.health(),
      apiPaths.openapi(),
      apiPaths.setup(),
      apiPaths.login(),
      apiPaths.logout(),
      apiPaths.me(),
      apiPaths.password(),
      apiPaths.sessions(),
      apiPaths.session('{id}'),
      apiPaths.tokens(),
      apiPaths.token('{id}'),
      apiPaths.users(),
      apiPaths.user('{id}'),
      apiPaths.audit(),
      apiPaths.hosts(),
      apiPaths.hostTests(),
      apiPaths.hostKeys(),
      apiPaths.host(h),
      apiPaths.reconnect(h),
      apiPaths.domains(),
      apiPaths.hostDomains(h),
      apiPaths.domain(h),
      apiPaths.domainXml(h),
      apiPaths.domainAction(h, 'start').replace(/start$/, '{action}'),
      apiPaths.migrationPreview(h),
      apiPaths.migrations(h),
      apiPaths.migrationControl('{id}'),
      apiPaths.memory(h),
      apiPaths.memoryTarget(h),
      apiPaths.memoryUndo(h),
      apiPaths.memoryMaximum(h),
      apiPaths.statsPeriod(h),
      apiPaths.qmpSchema(h),
      apiPaths.qmp(h),
      apiPaths.hmp(h),
      apiPaths.dirtyRate(h),
      apiPaths.dirtyRateSampling(h),
      apiPaths.domainNuma(h),
      apiPaths.hostMemory(h),
      apiPaths.ksm(h),
      apiPaths.hostNuma(h),
      apiPaths.numaAdvice(h),
      apiPaths.numad(h),
      apiPaths.preflight(h),
      apiPaths.forecast(h),
      apiPaths.migrationMatrix(),
      apiPaths.evacuationPlan(),
      apiPaths.evacuations(),
      apiPaths.evacuationPaused('{id}'),
      apiPaths.alike(h),
      apiPaths.migrationRuns(),
      apiPaths.linkProbes(h),
      apiPaths.samples(),
      apiPaths.annotations(),
      apiPaths.sizing(),
      apiPaths.reclaimPlans(),
      apiPaths.reclaims(),
      apiPaths.jobUndo('{id}'),
      apiPaths.memoryPolicy(h),
      apiPaths.memoryPolicyGiveBack(h),
      apiPaths.domainMemoryPolicy(h),
      apiPaths.jobs(),
      apiPaths.job('{id}'),
      apiPaths.jobCancel('{id}'),
    ].map(decodeURIComponent)
    const routes = new Set(
      Object.keys(routeRoles).map((route) => route.slice(route.indexOf(' ') + 1)),
    )
    expect(built.sort()).toEqual([...routes].sort())
  })
})

describe('liveUrl', () => {
  it('is secure where the page is', () => {
    expect(liveUrl({ protocol: 'https:', host: 'x.example' })).toBe('wss://x.example/live')
    expect(liveUrl({ protocol: 'http:', host: '127.0.0.1:3000' })).toBe(
      'ws://127.0.0.1:3000/live',
    )
  })
})
