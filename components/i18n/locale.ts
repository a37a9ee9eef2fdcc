import type { Locale } from '../../server/contract/account.ts'

export const localeCookie = 'ballast-locale'
export const timeZoneCookie = 'ballast-time-zone'
export const locales = ['en', 'zh'] as const satisfies readonly Locale[]

/** What each language calls itself. */
export const localeNames: Record<Locale, string> = { en: 'English', zh: '简体中文' }

/** The value of `<html lang>`, which also picks the Chinese glyphs of a pan-CJK font. */
export const htmlLang: Record<Locale, string> = { en: 'en', zh: 'zh-Hans' }

/**
 * The language of a page: the person's own choice (cookie), else the first of the browser's
 * languages that there is, else English. `acceptLanguage` is the header as sent, q values and all.
 */
export function pickLocale(
  cookie: string | undefined,
  acceptLanguage: string | null,
): Locale {
  const chosen = locales.find((locale) => locale === cookie)
  if (chosen) return chosen
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.find((p) => p.trim().startsWith('q='))
      return { tag: tag.trim(), q: q ? Number(q.trim().slice(2)) : 1 }
    })
    .filter((entry) => entry.tag !== '' && entry.q > 0)
    .sort((a, b) => b.q - a.q)
  for (const { tag } of wanted) {
    const found = locales.find((locale) => tag === locale || tag.startsWith(`${locale}-`))
    if (found) return found
  }
  return 'en'
}

/** The time zone from the cookie when this runtime knows it, else UTC. */
export function pickTimeZone(cookie: string | undefined): string {
  if (!cookie) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone: decodeURIComponent(cookie),
    }).resolvedOptions().timeZone
  } catch {
    // An unknown zone or a damaged cookie: the page corrects it after its first paint.
    return 'UTC'
  }
}
