/*
 * Edits of a document that is built anew with every change of the form. What somebody changed by hand
 * is kept as hunks of lines and put into each new document again, where its surroundings still exist.
 */

export interface XmlHunk {
  /** Lines of the built document around and under the change. */
  before: string[]
  old: string[]
  after: string[]
  /** What stands there instead. */
  lines: string[]
  /** Where `old` began in the document that was edited, from 0. */
  at: number
}

/** Lines kept around each change, to find its place again. */
const contextLines = 2

/** What was changed from `built` to `edited`. */
export function diffXml(built: string, edited: string): XmlHunk[] {
  const a = built.split('\n')
  const b = edited.split('\n')
  const hunks: XmlHunk[] = []
  let i = 0
  let j = 0
  const pairs = [...commonLines(a, b), [a.length, b.length] as const]
  for (const [x, y] of pairs) {
    if (x > i || y > j) {
      hunks.push({
        before: a.slice(Math.max(0, i - contextLines), i),
        old: a.slice(i, x),
        after: a.slice(x, x + contextLines),
        lines: b.slice(j, y),
        at: i,
      })
    }
    i = x + 1
    j = y + 1
  }
  return hunks
}

/** The document with the hunks in it, and those whose place is gone. */
export function applyXml(
  built: string,
  hunks: readonly XmlHunk[],
): { xml: string; lost: XmlHunk[] } {
  const lines = built.split('\n')
  const lost: XmlHunk[] = []
  // From the end on, so that earlier places stay where they are.
  for (const hunk of hunks.toReversed()) {
    const at = placeOf(lines, hunk)
    if (at === null) lost.unshift(hunk)
    else lines.splice(at, hunk.old.length, ...hunk.lines)
  }
  return { xml: lines.join('\n'), lost }
}

/** Where it fits: with all its surroundings if there is such a place, the nearest one; else with half of them. */
function placeOf(lines: readonly string[], hunk: XmlHunk): number | null {
  const { before, old, after, at } = hunk
  const tries = [
    { head: before, tail: after },
    { head: before, tail: [] },
    { head: [], tail: after },
  ].filter(({ head, tail }) => head.length + old.length + tail.length > 0)
  for (const { head, tail } of tries) {
    // Without a line of its own and half its surroundings it could fit anywhere.
    if (
      old.length === 0 &&
      head.length + tail.length < Math.min(2, before.length + after.length)
    )
      continue
    const wanted = [...head, ...old, ...tail]
    let best: number | null = null
    for (let start = 0; start + wanted.length <= lines.length; start++) {
      if (!wanted.every((line, offset) => lines[start + offset] === line)) continue
      const place = start + head.length
      if (best === null || Math.abs(place - at) < Math.abs(best - at)) best = place
    }
    if (best !== null) return best
  }
  return null
}

/** Pairs of equal lines in order: the longest common sequence. Documents have a few hundred lines. */
function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
    }
  }
  const pairs: [number, number][] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++
    else j++
  }
  return pairs
}
