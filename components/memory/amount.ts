export const amountUnits = ['MiB', 'GiB'] as const
export type AmountUnit = (typeof amountUnits)[number]

const kibPer: Record<AmountUnit, number> = { MiB: 1024, GiB: 1024 * 1024 }

/**
 * KiB from what a person typed, such as "1.5" or "1,5"; a unit in the text ("2 GiB", "512m") wins
 * over the chosen one. Rounded to whole KiB.
 *
 * @returns null when it is not a positive number
 */
export function parseAmount(text: string, unit: AmountUnit): number | null {
  const match = /^\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*(?:([mg])(?:i?b)?)?\s*$/i.exec(text)
  if (!match?.[1]) return null
  const written = match[2]?.toLowerCase()
  const inUnit: AmountUnit = written === 'g' ? 'GiB' : written === 'm' ? 'MiB' : unit
  const kib = Math.round(Number(match[1].replace(',', '.')) * kibPer[inUnit])
  return Number.isSafeInteger(kib) && kib > 0 ? kib : null
}

/** The shortest text that gives the same KiB again (to a thousandth of the unit). */
export function amountText(kib: number, unit: AmountUnit): string {
  return String(Math.round((kib / kibPer[unit]) * 1000) / 1000)
}

/** The unit in which a guest of this size is best spoken of. */
export function unitFor(maximumKiB: number): AmountUnit {
  return maximumKiB >= 8 * kibPer.GiB ? 'GiB' : 'MiB'
}

/** A slider step that is a whole MiB and gives at most about 500 places. */
export function stepKiB(maximumKiB: number): number {
  return Math.max(1, Math.round(maximumKiB / kibPer.MiB / 500)) * kibPer.MiB
}
