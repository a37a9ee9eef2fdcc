import type { JobHandle, JobSpec } from '../index.ts'

export const uuid = '6f8a7c1e-0000-4000-8000-000000000001'
export const owner = { type: 'user', name: 'bob' } as const

/** A creation of web1 on alpha. */
export function create(over: Partial<JobSpec<'create'>> = {}): JobSpec<'create'> {
  return {
    kind: 'create',
    title: { name: 'web1', host: 'alpha' },
    owner,
    hosts: ['alpha'],
    domains: [{ host: 'alpha', uuid: null, name: 'web1' }],
    cancel: 'undo',
    ...over,
  }
}
/** A move of a domain from alpha to beta. */
export function move(
  name: string,
  over: Partial<JobSpec<'migration'>> = {},
): JobSpec<'migration'> {
  return {
    kind: 'migration',
    title: { domain: name, from: 'alpha', to: 'beta' },
    owner,
    hosts: ['alpha', 'beta'],
    domains: [{ host: 'alpha', uuid, name }],
    cancel: 'source',
    ...over,
  }
}
/** The result of a creation. */
export const made = { host: 'alpha', uuid, name: 'web1' }

/** Work that goes on until it is told to end, or is stopped. */
export function held() {
  const { promise, resolve, reject } = Promise.withResolvers<null>()
  const work = (job: Pick<JobHandle, 'signal'>) =>
    Promise.race([
      promise,
      new Promise<never>((_done, fail) =>
        job.signal.addEventListener('abort', () => fail(job.signal.reason)),
      ),
    ])
  return { work, finish: () => resolve(null), fail: reject }
}
