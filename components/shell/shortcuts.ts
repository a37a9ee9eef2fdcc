/** How long the second key of a sequence such as `g f` may take. */
export const sequenceMs = 1200

export interface KeyStep {
  /** The first key of a sequence that has begun, or null. */
  pending: string | null
  /** The shortcut that is complete now, or null. */
  shortcut: string | null
}

/**
 * One key press against the known shortcuts (`?`, `/`, `g f`). A key that begins a sequence waits for
 * the next; a wrong second key is taken as a first one.
 */
export function shortcutStep(
  key: string,
  pending: string | null,
  known: readonly string[],
): KeyStep {
  if (pending !== null && known.includes(`${pending} ${key}`))
    return { pending: null, shortcut: `${pending} ${key}` }
  if (known.includes(key)) return { pending: null, shortcut: key }
  const begins = known.some((shortcut) => shortcut.startsWith(`${key} `))
  return { pending: begins ? key : null, shortcut: null }
}

/** Whether a key press is meant for what is focused: text is typed there, not a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role="dialog"],[role="menu"]') !== null
  )
}
