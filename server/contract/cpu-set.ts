/** Libvirt's own limit: the highest number that a CPU or a NUMA cell can have. */
const highest = 16_383

/**
 * Reads a set as libvirt writes it: `0-3,8,^2` are 0, 1, 3 and 8. Later parts win.
 *
 * @returns the numbers in order; null when the text is no such set
 */
export function parseCpuSet(text: string): number[] | null {
  const set = new Set<number>()
  for (const part of text.split(',')) {
    const found = /^\s*(\^?)(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part)
    if (!found) return null
    const [, not, first, last] = found
    const from = Number(first)
    const to = last === undefined ? from : Number(last)
    if (from > to || to > highest || (not && last !== undefined)) return null
    for (let number = from; number <= to; number++) {
      if (not) set.delete(number)
      else set.add(number)
    }
  }
  return [...set].toSorted((a, b) => a - b)
}

/** The shortest text of a set: `0-3,8`. Empty for none. */
export function cpuSetText(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b)
  const parts: string[] = []
  for (let at = 0; at < sorted.length;) {
    let end = at
    while (sorted[end + 1] === sorted[end]! + 1) end++
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`)
    at = end + 1
  }
  return parts.join(',')
}
