/**
 * SVG path of a small line through `values`, in a box of `width` × `height`. null is a gap: the line
 * stops and starts anew. Points are spread evenly; a lone point between gaps becomes a short dash.
 */
export function sparklinePath(
  values: readonly (number | null)[],
  box: { width: number; height: number; min: number; max: number },
): string {
  const { width, height, min, max } = box
  const stepX = values.length > 1 ? width / (values.length - 1) : 0
  const span = max - min
  const y = (value: number) =>
    span > 0 ? height - Math.min(1, Math.max(0, (value - min) / span)) * height : height / 2
  let path = ''
  let pen = false
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      pen = false
      return
    }
    const point = `${round(index * stepX)} ${round(y(value))}`
    const lone = !pen && (values[index + 1] === null || values[index + 1] === undefined)
    path += `${pen ? 'L' : 'M'}${point}`
    if (lone) path += 'h1'
    pen = true
  })
  return path
}

/** Smallest and largest known value; null when nothing is known. */
export function extent(values: readonly (number | null)[]): [number, number] | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : null
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
