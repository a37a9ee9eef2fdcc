/**
 * Puts text on the clipboard; false when the browser does not allow it. Over plain http there is no
 * `navigator.clipboard`, and Ballast is often reached that way on a private network: hence the second way.
 */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Permission denied or document not focused: the older way may still work.
    }
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.style.cssText = 'position:fixed;opacity:0'
  // Inside an open dialog, focus elsewhere is refused: stay within it.
  const home = document.activeElement?.closest('[role="dialog"]') ?? document.body
  const focused = document.activeElement
  home.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return copied
}
