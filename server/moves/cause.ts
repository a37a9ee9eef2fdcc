import type { MigrationOptions } from '../contract/migration.ts'
import type { LibvirtCause } from '../contract/problem.ts'
import { isDeadline, isLibvirtError } from '../libvirt/errors.ts'
import { callOf, withText } from './parameters.ts'
import type { Ends } from './settle.ts'

const longest = 2_000

/** An error as a person reads it: libvirt's own words, or what became of the connection. */
export function causeWords(error: unknown): string {
  if (isDeadline(error)) return 'The host did not answer in time.'
  const words = error instanceof Error ? error.message : String(error)
  // oxlint-disable-next-line no-control-regex
  return words.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '').slice(0, longest)
}

/** What libvirt itself said; null when it was not libvirt. */
export function libvirtPartOf(error: unknown): LibvirtCause | null {
  if (!isLibvirtError(error)) return null
  return { code: error.number, domain: error.domain, message: causeWords(error) }
}

/** What the source's daemon says of a peer that hung up: the true reason is elsewhere. */
const hiding =
  /End of file while|Cannot recv data|client socket is closed|Input\/output error/

/** Whether the error only says that the other side went away. */
export function isHidden(error: unknown): boolean {
  return isLibvirtError(error) && hiding.test(error.message)
}

/**
 * Looks for what a peer-to-peer move failed of when its error only says that the peer hung up: what the
 * source kept of the job, and what the target says when Ballast itself asks it to make ready. Leaves
 * nothing behind. null = nothing more is known.
 */
export async function findHiddenCause(
  ends: Ends,
  order: { uuid: string; name: string; options: MigrationOptions },
  error: unknown,
): Promise<string | null> {
  const said: string[] = []
  const kept = await ends
    .source()
    .then((source) => source.completedStats(order.uuid))
    .catch(() => null)
  const words = kept?.params['errmsg']
  if (typeof words === 'string' && words !== '') said.push(causeWords(new Error(words)))
  if (order.options.way === 'peer-to-peer') {
    const refused = await refusalOfTarget(ends, order)
    if (refused) said.push(refused)
  }
  const own = causeWords(error)
  const fresh = said.filter((text) => text !== own)
  return fresh.length > 0 ? `The cause: ${fresh.join(' ')}` : null
}

/** What the target refuses when asked directly; null = it would have made ready. */
async function refusalOfTarget(
  ends: Ends,
  { uuid, name, options }: { uuid: string; name: string; options: MigrationOptions },
): Promise<string | null> {
  const { set, params } = callOf({ ...options, way: 'direct', tunnelled: false })
  const here = { ...set, changeProtection: true }
  const none = new Uint8Array(0)
  try {
    const [source, target] = [await ends.source(), await ends.target()]
    const begun = await source.begin(uuid, params, here)
    const there = { ...set, abortOnError: false, autoConverge: false }
    const sent = withText(params, 'destination_xml', begun.xml)
    try {
      await target.prepare(sent, begun.cookie, there)
      const named = withText(sent, 'destination_name', options.destinationName ?? name)
      // It is there to be thrown away: the cause would have come from the step before.
      await target.finish(named, none, there, true).catch(() => undefined)
      return null
    } catch (error) {
      return isLibvirtError(error) ? causeWords(error) : null
    } finally {
      // libvirt lets go of what was begun with the connection too.
      await source.confirm(uuid, params, none, here, true).catch(() => undefined)
    }
  } catch {
    // One of them cannot be asked: then nothing more is known.
    return null
  }
}
