/*
 * Dialogs, menus and toasts are in no page's first load: nobody needs them before the first click.
 * The console fetches them as soon as the browser is idle, so that this click does not wait.
 */

export const loadDialog = () => import('./dialog-popup.tsx')
export const loadMenu = () => import('./menu-popup.tsx')
export const loadToasts = () => import('./toast-stack.tsx')

function loadAll(): void {
  // A failure here is no failure yet: it is tried again when one is opened.
  void Promise.allSettled([loadDialog(), loadMenu(), loadToasts()])
}

/** Fetches them when the browser has nothing better to do; gives back how to call it off. */
export function preloadOverlays(): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(loadAll, 1500)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(loadAll, { timeout: 5000 })
  return () => cancelIdleCallback(handle)
}
