/**
 * Where to go after the login: `next` when it is a path of this site, else the fleet. A value that the
 * browser would read as another site (`//evil`, `/\evil`, `https:…`, tricks with tabs and newlines,
 * which URL parsers drop) never is one.
 */
export function safeNext(next: string | string[] | null | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  if (/[\u0000-\u001F\u007F\\]/.test(next)) return '/'
  const base = 'http://here.invalid'
  if (!URL.canParse(next, base)) return '/'
  const url = new URL(next, base)
  // `/..//evil` has become `//evil` by now.
  if (url.origin !== base || url.pathname.startsWith('//')) return '/'
  if (/^\/(login|setup|api)(\/|$)/.test(url.pathname)) return '/'
  return url.pathname + url.search
}
