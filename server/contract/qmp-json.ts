/** JSON as QEMU means it: integers of 64 bits, which a JavaScript number cannot always hold. */
export type QmpValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | QmpValue[]
  | { [key: string]: QmpValue }

/**
 * Parses a QMP answer. An integer beyond 2^53 becomes a bigint with all its digits, so that
 * 18446744073709551615 ("unknown" in guest-stats) stays what it is. Throws SyntaxError.
 */
export function parseQmpJson(text: string): QmpValue {
  // The reviver turns numbers into bigints and changes nothing else of what JSON can hold.
  return JSON.parse(text, exactNumbers) as QmpValue
}

/** Serialises a command; a bigint is written with all its digits. */
export function formatQmpJson(value: QmpValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${value.map(formatQmpJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${JSON.stringify(key)}:${formatQmpJson(member)}`,
    )
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}

function exactNumbers(
  _key: string,
  value: unknown,
  context?: { source?: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}
