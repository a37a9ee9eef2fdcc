import type { WatchedWork } from '../creation/creation-watch.ts'
import type { Output } from './output.ts'

/** A terminal's width where none is known. */
const defaultColumns = 80

/**
 * One line for work that takes its time: `Allocating 'a.qcow2'  | 2.0 GB  00:04`. On a terminal it
 * moves while the work goes on; elsewhere only its end is written.
 *
 * @param totalBytes null: nobody knows how much it will be
 */
export function meterLine(
  output: Output,
  text: string,
  totalBytes: number | null,
): WatchedWork {
  const stream = output.raw
  const startedMs = performance.now()
  let doneBytes = 0
  const write = (mark: string, end: string) => {
    if (!stream) return
    const { isTTY, columns } = stream
    const seconds = (performance.now() - startedMs) / 1000
    const line = meterText({
      text,
      doneBytes,
      seconds,
      mark,
      columns: (isTTY && columns) || defaultColumns,
    })
    stream.write(`\r${line}${end}`)
  }
  return {
    to: (bytes) => {
      doneBytes = bytes
      if (stream?.isTTY) write('', '')
    },
    end: () => write(totalBytes !== null && doneBytes < totalBytes ? ' ... ' : '', '\n'),
  }
}

/** The line as wide as the terminal; hours only where there is room for them. */
export function meterText(of: {
  text: string
  doneBytes: number
  seconds: number
  mark: string
  columns: number
}): string {
  const { text, doneBytes, seconds, mark, columns } = of
  const size = ` | ${sizeText(doneBytes).padStart(5)}B`
  const tail = `${size}  ${timeText(seconds, columns > defaultColumns)}${mark.padEnd(5)}`
  const room = Math.max(8, columns - tail.length)
  return `${text.slice(0, room).padEnd(room)}${tail}`
}

/** `2.0 G`, `512 M`, `0 `: at most three figures, powers of 1024. */
function sizeText(bytes: number): string {
  const symbols = ['', 'k', 'M', 'G', 'T', 'P', 'E']
  let value = bytes
  let at = 0
  for (; value > 999 && at < symbols.length - 1; at++) value /= 1024
  const figures = at > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)
  return `${figures} ${symbols[at]}`
}

function timeText(seconds: number, withHours: boolean): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const minutes = seconds / 60
  if (!withHours) return `${two(minutes)}:${two(seconds % 60)}`
  return `${two(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
