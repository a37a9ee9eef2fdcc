export const themeCookie = 'ballast-theme'
export const themes = ['system', 'dark', 'light'] as const
export type Theme = (typeof themes)[number]

/** The theme a cookie names; `system` for anything else. It becomes `<html data-theme>`. */
export function pickTheme(cookie: string | undefined): Theme {
  return themes.find((theme) => theme === cookie) ?? 'system'
}
