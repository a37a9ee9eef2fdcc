const yearSeconds = 365 * 24 * 3600

/** Keeps a choice of this browser (language, theme, time zone) where the server can read it. */
export function setPreferenceCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax${secure}`
}
