/**
 * Whether a request that a browser sent for a page of ours may change state or open a socket: its
 * Origin is the host it was sent to, or one of `trusted`. Programs other than browsers send no Origin
 * and carry no cookie against their will, so nothing is asked of them; a browser that leaves Origin
 * out still says in Sec-Fetch-Site where the request came from.
 */
export function isTrustedOrigin(headers: Headers, trusted: readonly string[]): boolean {
  const origin = headers.get('origin')
  if (origin === null) {
    const site = headers.get('sec-fetch-site')
    return site === null || site === 'same-origin' || site === 'none'
  }
  if (trusted.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === headers.get('host')
}
