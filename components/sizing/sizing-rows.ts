import type { SizingRow } from '../../server/contract/history.ts'
import { csvOf } from '../charts/export.ts'

export const sizingSorts = [
  'saving',
  'name',
  'host',
  'size',
  'p50',
  'p95',
  'max',
  'suggested',
] as const
export type SizingSort = (typeof sizingSorts)[number]

const values: Record<SizingSort, (row: SizingRow) => number | string | null> = {
  saving: (row) => row.savingKiB,
  name: (row) => row.name,
  host: (row) => row.host,
  size: (row) => row.sizeKiB,
  p50: (row) => row.p50KiB,
  p95: (row) => row.p95KiB,
  max: (row) => row.maxKiB,
  suggested: (row) => row.suggestedKiB,
}

/** The rows that a search leaves, in order; what is not known comes last either way. */
export function shownRows(
  rows: readonly SizingRow[],
  options: { search: string; sort: SizingSort; descending: boolean },
): SizingRow[] {
  const wanted = options.search.trim().toLowerCase()
  const valueOf = values[options.sort]
  const sign = options.descending ? -1 : 1
  return rows
    .filter(({ name, host }) => `${name} ${host}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => {
      const [x, y] = [valueOf(a), valueOf(b)]
      if (x === null || y === null) return Number(x === null) - Number(y === null)
      if (x === y) return a.name < b.name ? -1 : 1
      return x < y ? -sign : sign
    })
}

const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0)

export function sizingTotals(rows: readonly SizingRow[]) {
  const known = rows.flatMap(({ savingKiB }) => (savingKiB === null ? [] : [savingKiB]))
  return {
    known: known.length,
    savedKiB: sum(known.filter((kib) => kib > 0)),
    missingKiB: sum(known.flatMap((kib) => (kib < 0 ? [-kib] : []))),
  }
}

export function sizingCsv(rows: readonly SizingRow[]): string {
  return csvOf([
    [
      'host',
      'domain',
      'uuid',
      'size_kib',
      'p50_kib',
      'p95_kib',
      'max_kib',
      'suggested_kib',
      'saving_kib',
      'covered_seconds',
    ],
    ...rows.map((row) => [
      row.host,
      row.name,
      row.uuid,
      row.sizeKiB,
      row.p50KiB,
      row.p95KiB,
      row.maxKiB,
      row.suggestedKiB,
      row.savingKiB,
      row.coveredSeconds,
    ]),
  ])
}
