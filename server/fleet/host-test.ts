import type {
  HostFailure,
  HostFailureKind,
  HostTestResult,
  HostTestStep,
} from '../contract/host.ts'
import type { Clock } from './clock.ts'
import { classifyFailure } from './host-failure.ts'
import type { ConnectHost, HostLink } from './host-link.ts'

const testMs = 19_000

/** How far a connection came that failed in this way. */
const failedStep: Partial<Record<HostFailureKind, HostTestStep['step']>> = {
  'bad-uri': 'uri',
  'no-libvirt': 'libvirt',
  'not-answering': 'libvirt',
  protocol: 'libvirt',
  libvirt: 'libvirt',
  'no-permission': 'permission',
}
const order = ['uri', 'ssh', 'libvirt', 'permission', 'statistics'] as const

/**
 * Tries an address step by step, keeps nothing and leaves nothing open. Takes at most 20 s.
 */
export async function testHost(
  uri: string,
  options: { connect: ConnectHost; checkUri(uri: string): unknown; clock: Clock },
): Promise<HostTestResult> {
  const { clock } = options
  const steps: HostTestStep[] = []
  let startedMs = clock.monotonicMs()
  const add = (
    step: HostTestStep['step'],
    status: HostTestStep['status'],
    detail: string,
  ) => {
    const now = clock.monotonicMs()
    steps.push({ step, status, detail, elapsedMs: Math.round(now - startedMs) })
    startedMs = now
  }
  const viaSsh = /^[a-z]+\+ssh:/i.test(uri)
  const passed = (step: HostTestStep['step'], detail: string) =>
    step === 'ssh' && !viaSsh
      ? add(step, 'skipped', 'the address needs no ssh')
      : add(step, 'ok', detail)

  const fail = (error: unknown, at?: HostTestStep['step']): HostTestResult => {
    const { failure } = classifyFailure(error)
    const step = at ?? failedStep[failure.kind] ?? (viaSsh ? 'ssh' : 'libvirt')
    for (const before of order.slice(steps.length, order.indexOf(step))) passed(before, '')
    add(step, 'failed', failure.message)
    for (const after of order.slice(steps.length)) add(after, 'skipped', '')
    return { ok: false, steps, failure }
  }

  let link: HostLink | null = null
  const late = AbortSignal.timeout(testMs)
  try {
    options.checkUri(uri)
    add('uri', 'ok', 'the address is well formed')
    link = await orLate(options.connect(uri, late), late)
    passed('ssh', 'logged in')
    add('libvirt', 'ok', 'the daemon answers')
    const domains = await orLate(link.listDomains(), late)
    add('permission', 'ok', `${domains.length} domains can be seen`)
    const rows = await orLate(link.sweep(), late)
    const running = rows.filter((row) => row.ref.id >= 0).length
    add('statistics', 'ok', `statistics of ${running} running domains`)
    return { ok: true, steps, failure: null }
  } catch (error) {
    if (!late.aborted) return fail(error, link ? order[steps.length] : undefined)
    const failure: HostFailure = {
      kind: 'timeout',
      message: `The host did not answer within ${testMs / 1000} seconds.`,
      remedy: 'Check that it is up and that no firewall drops the packets.',
    }
    const result = fail(error, order[steps.length] ?? 'statistics')
    return { ...result, failure }
  } finally {
    link?.close()
  }
}

function orLate<T>(work: Promise<T>, late: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onLate = () => reject(new Error('late', { cause: late.reason }))
    late.addEventListener('abort', onLate, { once: true })
    work.then(resolve, reject).finally(() => late.removeEventListener('abort', onLate))
  })
}
