/*
 * Run inside the page, each by itself: they may use nothing but their arguments and the page. What they see
 * is left on the page's global object.
 */

/** Notes each value that a field of the statistics table takes, and when it was painted, epoch ms. */
export async function observeFigure(options: {
  field: string
  forMs: number
}): Promise<{ value: number; atMs: number }[]> {
  const seen: { value: number; atMs: number }[] = []
  let last = Number.NaN
  const read = () => {
    for (const line of document.querySelectorAll('tbody tr')) {
      if (line.querySelector('code')?.textContent?.trim() !== options.field) continue
      return Number(line.children[1]?.textContent?.replaceAll(/\D/g, ''))
    }
    return Number.NaN
  }
  const observer = new MutationObserver(() => {
    const value = read()
    if (Number.isNaN(value) || value === last) return
    last = value
    requestAnimationFrame(() => {
      // A task after the frame's callbacks: the frame is painted by then.
      const channel = new MessageChannel()
      channel.port1.addEventListener('message', () => {
        seen.push({ value, atMs: performance.timeOrigin + performance.now() })
        channel.port1.close()
      })
      channel.port1.start()
      channel.port2.postMessage(null)
    })
  })
  observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  await new Promise((resolve) => setTimeout(resolve, options.forMs))
  observer.disconnect()
  return seen
}

/** Notes when the first link to a domain stands in a table, ms since the navigation began. */
export function observeRows(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('[role=row] a[href*="/domains/"], tbody tr a')) return
    observer.disconnect()
    requestAnimationFrame(() => Reflect.set(globalThis, 'rowsShownMs', performance.now()))
  })
  observer.observe(document, { subtree: true, childList: true })
}

/** Notes how long each task of more than 50 ms takes from now on, ms. */
export function observeLongTasks(): void {
  const tasks: number[] = []
  Reflect.set(globalThis, 'longTasks', tasks)
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration)
  }).observe({ type: 'longtask' })
}
