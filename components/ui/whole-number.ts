/** A whole number that a person typed; null when it is none, or out of bounds. */
export function wholeNumber(text: string, min: number, max: number): number | null {
  if (!/^\s*\d{1,15}\s*$/.test(text)) return null
  const number = Number(text)
  return number >= min && number <= max ? number : null
}
