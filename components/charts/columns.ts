export type Column = readonly (number | null)[]

/**
 * Which points to draw when there are more than the drawing has room for: of each bucket the first,
 * and for every column its smallest and its largest value, so that a spike of one second never
 * disappears. Ascending; all of them when there is room.
 */
export function keepExtremes(
  length: number,
  columns: readonly Column[],
  buckets: number,
): number[] {
  const all = Array.from({ length }, (_point, index) => index)
  if (length <= buckets || buckets < 1) return all
  const kept = new Set<number>([0, length - 1])
  const size = length / buckets
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor(bucket * size)
    const to = Math.floor((bucket + 1) * size)
    kept.add(from)
    for (const column of columns) {
      let low = -1
      let high = -1
      for (let index = from; index < to; index += 1) {
        const value = column[index]
        if (value === null || value === undefined) {
          // The edge of a gap is a feature of the data as well.
          if (low >= 0 && column[index - 1] !== null) kept.add(index)
          continue
        }
        if (low < 0 || value < (column[low] ?? value)) low = index
        if (high < 0 || value > (column[high] ?? value)) high = index
      }
      if (low >= 0) kept.add(low).add(high)
    }
  }
  return [...kept].sort((a, b) => a - b)
}

export type ChartRow = { t: number } & Record<string, number | null>

/**
 * Rows as recharts wants them, from columns: only times from `fromMs` on, thinned to about `buckets`
 * points, and an empty row where more than `gapMs` lie between two samples, so that the line breaks.
 */
export function chartRows(
  tMs: readonly number[],
  columns: Readonly<Record<string, Column>>,
  options: { fromMs: number; buckets: number; gapMs: number },
): ChartRow[] {
  let first = 0
  // One point before the window, so that lines come in from its edge.
  while (first < tMs.length - 1 && (tMs[first + 1] ?? 0) < options.fromMs) first += 1
  const names = Object.keys(columns)
  const times = tMs.slice(first)
  const cut = names.map((name) => columns[name]?.slice(first) ?? [])
  const rows: ChartRow[] = []
  let before: number | undefined
  for (const index of keepExtremes(times.length, cut, options.buckets)) {
    const t = times[index]
    if (t === undefined) continue
    // Thinning makes distances; the sample just before tells whether there is a real hole.
    const previous = times[index - 1]
    if (before !== undefined && previous !== undefined && t - previous > options.gapMs) {
      const hole: ChartRow = { t: previous + 1 }
      for (const name of names) hole[name] = null
      rows.push(hole)
    }
    const row: ChartRow = { t }
    names.forEach((name, column) => {
      row[name] = cut[column]?.[index] ?? null
    })
    rows.push(row)
    before = t
  }
  return rows
}

/** The largest known value of some columns; 0 when nothing is known. */
export function largest(columns: readonly Column[]): number {
  let top = 0
  for (const column of columns)
    for (const value of column) if (value !== null && value > top) top = value
  return top
}

/** The newest value of a column, gap or not; null when it is empty. */
export function newest(column: Column): number | null {
  return column.at(-1) ?? null
}
