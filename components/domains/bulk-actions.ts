import type { DomainAction } from '../../server/contract/domain.ts'
import { domainActionBlocked } from '../../server/contract/domain.ts'
import type { SelectedDomain } from './selection.ts'

/** What can be done to many at once. Cutting the power of many is not among it. */
export const bulkActions = [
  'start',
  'shutdown',
  'reboot',
  'suspend',
  'resume',
] as const satisfies readonly DomainAction[]
export type BulkAction = (typeof bulkActions)[number]

/** So many requests at a time: a host starts its guests one after the other anyway. */
const atATime = 4

/** Those of a selection for which the action makes sense by what is known of their state. */
export function suited(
  action: BulkAction,
  domains: readonly SelectedDomain[],
): SelectedDomain[] {
  return domains.filter(({ state }) => domainActionBlocked(action, state) === null)
}

export interface BulkOutcome {
  done: SelectedDomain[]
  failed: { domain: SelectedDomain; error: unknown }[]
}

/** Does something to each, a few at a time; one that fails does not stop the others. */
export async function forEach(
  domains: readonly SelectedDomain[],
  work: (domain: SelectedDomain) => Promise<unknown>,
): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { done: [], failed: [] }
  const waiting = [...domains]
  async function next(): Promise<void> {
    for (let domain = waiting.shift(); domain; domain = waiting.shift()) {
      try {
        await work(domain)
        outcome.done.push(domain)
      } catch (error) {
        outcome.failed.push({ domain, error })
      }
    }
  }
  await Promise.all(Array.from({ length: atATime }, next))
  return outcome
}
