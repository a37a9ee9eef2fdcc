/** One measured figure beside the peer it is measured against, both taken in the same run. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the same run of that peer gave, in the same unit. */
  against: { name: string; value: number }
  /** value / against.value */
  ratio: number
  /** The ratio to reach: at most for times, at least for rates. null = shown, not judged. */
  goal: { atMost: number } | { atLeast: number } | null
  met: boolean | null
}

export interface Suite {
  name: string
  /** One line for `npm run bench` without a name. */
  title: string
  /** Debian packages that the peers come from. */
  packages: readonly string[]
  run(say: (line: string) => void): Promise<Figure[]>
}

/** Puts a measurement beside its peer and judges it. */
export function figure(
  name: string,
  unit: string,
  value: number,
  against: { name: string; value: number },
  goal: Figure['goal'],
): Figure {
  const ratio = value / against.value
  const met =
    goal === null ? null : 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast
  return { name, value, unit, against, ratio, goal, met }
}

/** A peer that is no program but a number that must not be passed. */
export function limit(value: number): Figure['against'] {
  return { name: 'the limit', value }
}

/** The middle of the values; NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which `share` (0..1) of the values lie; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  )
}

const numberColumns = new Set([1, 4, 5, 6])

/** The figures as a table for the terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'Ballast', 'unit', 'against', '', 'ratio', 'goal', ''],
    ...figures.map((line) => [
      line.name,
      digits(line.value),
      line.unit,
      line.against.name,
      digits(line.against.value),
      line.ratio.toFixed(2),
      line.goal === null
        ? ''
        : 'atMost' in line.goal
          ? `≤ ${round(line.goal.atMost)}`
          : `≥ ${round(line.goal.atLeast)}`,
      line.met === null ? '' : line.met ? 'met' : 'MISSED',
    ]),
  ]
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          numberColumns.has(column)
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Two digits behind the point at most, so that a third is no line of threes. */
const round = (goal: number) => Math.round(goal * 100) / 100

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
