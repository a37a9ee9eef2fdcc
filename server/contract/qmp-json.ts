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
  // Safe integers have at most 16 digits: without longer ones the slow way gives the same.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as QmpValue
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

/** The same over several lines, to be read. */
export function prettyQmpJson(value: QmpValue, margin = ''): string {
  if (typeof value !== 'object' || value === null) return formatQmpJson(value)
  const inner = `${margin}  `
  const parts = Array.isArray(value)
    ? value.map((member) => prettyQmpJson(member, inner))
    : Object.entries(value).map(
        ([key, member]) => `${JSON.stringify(key)}: ${prettyQmpJson(member, inner)}`,
      )
  const [start, end] = Array.isArray(value) ? '[]' : '{}'
  if (parts.length === 0) return `${start}${end}`
  return `${start}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${end}`
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
