import { lookup as resolveName } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { request as requestHttp } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { LookupFunction } from 'node:net'

import { ProblemError } from '../contract/problem.ts'

const mostRedirects = 5
const headersMs = 30_000
/** Silence in the middle of a body. */
const silenceMs = 60_000

/**
 * Addresses of this machine itself and of its link: nobody may make the server ask itself, or the
 * metadata service of a cloud, for something. Whoever runs it may allow it.
 */
const own = new BlockList()
own.addSubnet('0.0.0.0', 8, 'ipv4')
own.addSubnet('127.0.0.0', 8, 'ipv4')
own.addSubnet('169.254.0.0', 16, 'ipv4')
own.addSubnet('224.0.0.0', 4, 'ipv4')
own.addSubnet('240.0.0.0', 4, 'ipv4')
own.addAddress('::', 'ipv6')
own.addAddress('::1', 'ipv6')
own.addSubnet('fe80::', 10, 'ipv6')
own.addSubnet('ff00::', 8, 'ipv6')
// 6to4, Teredo and NAT64 carry IPv4 addresses inside.
own.addSubnet('2002::', 16, 'ipv6')
own.addSubnet('2001::', 32, 'ipv6')
own.addSubnet('64:ff9b::', 96, 'ipv6')

/** Whether an address is this machine's own loopback or link-local one, however it is written. */
export function isOwnAddress(address: string): boolean {
  const mapped = /^::(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return own.check(mapped, 'ipv4')
  const hex = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(address)
  if (hex) {
    const [high, low] = [hex[1], hex[2]].map((part) => Number.parseInt(part ?? '0', 16))
    const bytes = [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255]
    return own.check(bytes.join('.'), 'ipv4')
  }
  return own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

export interface GuardOptions {
  /** Whether the server may ask itself. */
  allowOwn: boolean
  signal: AbortSignal
}

/**
 * Opens an address with GET and follows redirects; every hop is held to the rule, by the address
 * that is really connected to (a name may resolve differently the next time).
 *
 * @throws ProblemError with what to do next
 */
export async function openUrl(
  text: string,
  options: GuardOptions,
): Promise<IncomingMessage> {
  let url = new URL(text)
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const response = await get(url, options)
    const status = response.statusCode ?? 0
    const { location } = response.headers
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy()
      url = new URL(location, url)
      continue
    }
    if (status !== 200) {
      response.destroy()
      throw refusal(`${url.host} answers ${status} ${response.statusMessage ?? ''}`.trim())
    }
    return response
  }
  throw refusal(`${text} leads to more than ${mostRedirects} redirects`)
}

function get(url: URL, { allowOwn, signal }: GuardOptions): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refusal(`Only http and https can be fetched, not ${url.protocol}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw refusal('An address with a user or a password in it is not fetched')
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowOwn && isIP(host) !== 0 && isOwnAddress(host)) throw ownRefusal(host)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        signal,
        lookup: guardedLookup(allowOwn),
        timeout: headersMs,
        headers: { 'user-agent': 'Ballast', 'accept-encoding': 'identity' },
        // One request, one connection: nothing of it stays behind.
        agent: false,
      },
      (response) => {
        response.setTimeout(silenceMs, () =>
          response.destroy(new Error(`${url.host} sends nothing any more`)),
        )
        resolve(response)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`${url.host} does not answer`)))
    sent.on('error', (error) =>
      reject(
        error instanceof ProblemError || signal.aborted
          ? error
          : refusal(`${url.host} cannot be reached: ${error.message}`),
      ),
    )
    sent.end()
  })
}

/** Resolves a name, and refuses it when any of its addresses is one of our own. */
function guardedLookup(allowOwn: boolean): LookupFunction {
  return (hostname, options, done) => {
    resolveName(
      hostname,
      { ...options, all: true },
      (error, addresses: LookupAddress[]) => {
        if (error) return done(error, '')
        const bad = allowOwn
          ? undefined
          : addresses.find(({ address }) => isOwnAddress(address))
        if (bad) return done(ownRefusal(`${hostname} (${bad.address})`), '')
        if (options.all) return done(null, addresses)
        const [first] = addresses
        done(null, first?.address ?? '', first?.family ?? 4)
      },
    )
  }
}

function ownRefusal(what: string): ProblemError {
  return refusal(
    `${what} is an address of the machine that Ballast runs on, or of its link`,
    'Whoever runs Ballast can allow it: BALLAST_FETCH_OWN_ADDRESSES=true',
  )
}

function refusal(detail: string, remedy?: string): ProblemError {
  return new ProblemError('invalid', {
    detail,
    ...(remedy === undefined ? {} : { remedy }),
    issues: [{ path: 'url', message: detail }],
  })
}
