import type { ChartSeries } from './chart-types.ts'

/** A cell of a CSV: quoted where needed, and never something a spreadsheet would run as a formula. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** A chart as a table: one line a step; min, avg and max of each line that has a band. */
export function seriesCsv(tMs: readonly number[], series: readonly ChartSeries[]): string {
  const columns = series.flatMap(({ key, values, band }) =>
    band
      ? [
          { name: `${key} min`, values: band.min },
          { name: `${key} avg`, values },
          { name: `${key} max`, values: band.max },
        ]
      : [{ name: key, values }],
  )
  return csvOf([
    ['time', ...columns.map(({ name }) => name)],
    ...tMs.map((at, row) => [
      new Date(at).toISOString(),
      ...columns.map(({ values }) => values[row] ?? null),
    ]),
  ])
}

/** Hands a file to the person in front of the browser. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function downloadCsv(name: string, text: string): void {
  // The mark tells spreadsheets that it is UTF-8.
  download(`${name}.csv`, new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
}

const painted = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'font-family',
  'font-size',
  'text-anchor',
  'opacity',
]

/** The drawing of a chart as a PNG, twice as fine as on the screen. @throws Error without a drawing */
export async function downloadPng(name: string, chart: Element): Promise<void> {
  const drawing = chart.querySelector<SVGSVGElement>('svg.recharts-surface')
  if (!drawing) throw new Error('there is no drawing yet')
  const { width, height } = drawing.getBoundingClientRect()
  const copy = drawing.cloneNode(true)
  if (!(copy instanceof SVGSVGElement)) throw new Error('not a drawing')
  // The picture has no style sheet: what the page gave the drawing is written into it.
  const originals = drawing.querySelectorAll('*')
  copy.querySelectorAll<SVGElement>('*').forEach((node, at) => {
    const original = originals[at]
    if (!original) return
    const style = getComputedStyle(original)
    for (const property of painted) {
      node.style.setProperty(property, style.getPropertyValue(property))
    }
  })
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const source = new Blob([new XMLSerializer().serializeToString(copy)], {
    type: 'image/svg+xml',
  })
  const url = URL.createObjectURL(source)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * 2
    canvas.height = height * 2
    const context = canvas.getContext('2d')
    if (!context) throw new Error('this browser cannot draw')
    context.fillStyle = getComputedStyle(document.body).backgroundColor
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.scale(2, 2)
    context.drawImage(image, 0, 0, width, height)
    const picture = await new Promise<Blob | null>((done) =>
      canvas.toBlob(done, 'image/png'),
    )
    if (!picture) throw new Error('the picture is empty')
    download(`${name}.png`, picture)
  } finally {
    URL.revokeObjectURL(url)
  }
}
