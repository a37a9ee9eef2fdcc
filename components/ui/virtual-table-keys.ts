/** The row a key leads to from `index`; null when the key does not move. */
export function rowKeyTarget(
  key: string,
  index: number,
  count: number,
  pageRows: number,
): number | null {
  const targets: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + pageRows,
    PageUp: index - pageRows,
    Home: 0,
    End: count - 1,
  }
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined
  return target === undefined || count === 0
    ? null
    : Math.min(count - 1, Math.max(0, target))
}
