import type { ChartUnit } from './chart-types.ts'
import { formatCount, formatKiB, formatPercent } from './format.ts'
import {
  axisDigits,
  axisUnit,
  binaryAxis,
  decimalAxis,
  percentAxis,
  type Axis,
} from './ticks.ts'

export interface Scale extends Axis {
  /** A label of the axis: short, all in one unit. */
  tickLabel: (value: number) => string
  /** A value in the legend and the tooltip: in the unit that fits it. */
  valueLabel: (value: number | null) => string
}

/** Axis and words for values of a unit up to `max`. */
export function unitScale(unit: ChartUnit, max: number, locale: string): Scale {
  if (unit === 'percent') {
    return {
      ...percentAxis(max),
      tickLabel: (value) => formatPercent(value, locale).replace('.0', ''),
      valueLabel: (value) => formatPercent(value, locale),
    }
  }
  if (unit === 'count') {
    return {
      ...decimalAxis(max),
      tickLabel: (value) =>
        new Intl.NumberFormat(locale, { notation: 'compact' }).format(value),
      valueLabel: (value) => formatCount(value, locale),
    }
  }
  const axis = binaryAxis(max)
  const labelUnit = axisUnit(axis.top)
  const digits = axisDigits((axis.ticks[1] ?? 0) - axis.bottom, labelUnit)
  const per = unit === 'KiBps' ? '/s' : ''
  return {
    ...axis,
    tickLabel: (value) =>
      value === 0 ? '0' : formatKiB(value, locale, { unit: labelUnit, digits }) + per,
    valueLabel: (value) => formatKiB(value, locale) + (value === null ? '' : per),
  }
}
