'use client'

import { clsx } from 'clsx'
import {
  memo,
  useEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
} from 'react'

import { Skeleton } from './states.tsx'
import { SortButton } from './table.tsx'
import { useMedia } from './use-media.ts'
import { useRowWindow } from './use-row-window.ts'
import { rowKeyTarget } from './virtual-table-keys.ts'

export interface Column<Row> {
  key: string
  header: ReactNode
  cell: (row: Row) => ReactNode
  /** A grid track, such as `12rem` or `minmax(10rem, 2fr)`. */
  width: string
  align?: 'start' | 'end'
  sortable?: boolean
  /** 1 always, 2 from 900 px, 3 from 1200 px. */
  priority?: 1 | 2 | 3
}

export interface VirtualTableProps<Row> {
  label: string
  /** How many rows there are in all, also those that are not loaded. */
  count: number
  /** The row at an index; undefined while it is not loaded. Keep row objects stable: unchanged rows are not drawn again. */
  rowAt: (index: number) => Row | undefined
  rowKey: (row: Row) => string
  /** Keep the array stable (useMemo): a new one draws every row again. */
  columns: readonly Column<Row>[]
  rowHeight?: number
  /** Below 640 px rows become cards of this height. */
  cardHeight?: number
  renderCard?: (row: Row) => ReactNode
  sort?: { key: string; descending: boolean }
  onSort?: (key: string) => void
  /** Which rows are visible, both ends included; called when that changes. */
  onRange?: (range: { first: number; last: number }) => void
  /** Enter on a focused row. */
  onOpen?: (row: Row) => void
  /** Space on a focused row; `extend` with Shift: up to here from where it was pressed before. */
  onSelect?: (row: Row, index: number, extend: boolean) => void
  empty?: ReactNode
  /** CSS height limit of the scrolling part. */
  height?: string
}

/** CSS px: the row of headers with the line below it, and the lines above and below it all. */
const headerHeight = 33
const borderHeight = 2

/** Thousands of rows at the price of the visible ones. The header stays; arrow keys move between rows. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, count, rowAt, rowKey, columns, rowHeight = 40, cardHeight = 112 } = props
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useMedia('(max-width: 639px)')
  const asCards = narrow && props.renderCard !== undefined
  const height = asCards ? cardHeight : rowHeight
  const { first, last, show } = useRowWindow(scroller, {
    count,
    rowHeight: height,
    headerHeight: asCards ? 0 : headerHeight,
  })
  const drawn = Array.from({ length: last - first + 1 }, (_, at) => first + at)

  const { onRange } = props
  useEffect(() => {
    if (last >= first) onRange?.({ first, last })
  }, [onRange, first, last])

  const [active, setActive] = useState(0)
  /** The row that a key led to, until it is there and has the focus. */
  const awaited = useRef<number | null>(null)
  const activeRow = Math.min(active, Math.max(0, count - 1))
  function moveTo(index: number) {
    setActive(index)
    awaited.current = index
    show(index)
    // Nearly always it is drawn already; then at once, so that a held key loses no step.
    focusAwaited()
  }
  function focusAwaited() {
    const index = awaited.current
    if (index === null) return
    // Who went elsewhere meanwhile is not called back.
    const at = document.activeElement
    if (at && at !== document.body && !scroller.current?.contains(at)) {
      awaited.current = null
      return
    }
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)
    row?.focus({ preventScroll: true })
    // A row that is not loaded yet is another element once it is: that one takes the focus over.
    if (row && rowAt(index) !== undefined) awaited.current = null
  }
  useEffect(focusAwaited)
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const target = event.target instanceof HTMLElement ? event.target : null
    // Keys inside a cell's own control belong to that control.
    if (target?.dataset.row === undefined) return
    const index = Number(target.dataset.row)
    const page = Math.max(
      1,
      Math.floor((scroller.current?.clientHeight ?? 400) / height) - 2,
    )
    const next = rowKeyTarget(event.key, index, count, page)
    if (next !== null) {
      event.preventDefault()
      moveTo(next)
    } else if (event.key === 'Enter') {
      const row = rowAt(index)
      if (row !== undefined) props.onOpen?.(row)
    } else if (event.key === ' ' && props.onSelect) {
      event.preventDefault()
      const row = rowAt(index)
      if (row !== undefined) props.onSelect(row, index, event.shiftKey)
    }
  }

  const template: CSSProperties & Record<`--cols-${number}`, string> = {
    '--cols-1': tracks(columns, 1),
    '--cols-2': tracks(columns, 2),
    '--cols-3': tracks(columns, 3),
  }
  return (
    <div
      ref={scroller}
      onPointerDown={() => (awaited.current = null)}
      role="table"
      aria-label={label}
      aria-rowcount={count + 1}
      className="bg-surface relative overflow-auto rounded border [contain:strict]"
      style={{
        ...template,
        height: `min(${props.height ?? 'calc(100dvh - 12rem)'}, ${
          count === 0
            ? '20rem'
            : `${count * height + (asCards ? 0 : headerHeight) + borderHeight}px`
        })`,
      }}
    >
      {!asCards && (
        <div role="rowgroup" className="bg-sunken sticky top-0 z-10 border-b">
          <div role="row" aria-rowindex={1} className="vt-grid h-8">
            {columns.map((column) => {
              const sort =
                props.sort?.key !== column.key
                  ? 'none'
                  : props.sort.descending
                    ? 'descending'
                    : 'ascending'
              return (
                <div
                  key={column.key}
                  role="columnheader"
                  aria-sort={column.sortable ? sort : undefined}
                  className={clsx('label-caps', cellClass(column))}
                >
                  {column.sortable && props.onSort ? (
                    <SortButton sort={sort} onSort={() => props.onSort?.(column.key)}>
                      {column.header}
                    </SortButton>
                  ) : (
                    column.header
                  )}
                </div>
              )
            })}
          </div>
        </div>
      )}
      {count === 0 && props.empty}
      <div role="rowgroup" className="relative" style={{ height: count * height }}>
        {drawn.map((index) => {
          const row = rowAt(index)
          return (
            <div
              key={row === undefined ? index : rowKey(row)}
              role="row"
              tabIndex={index === activeRow ? 0 : -1}
              data-row={index}
              aria-rowindex={index + 2}
              onFocus={() => setActive(index)}
              onKeyDown={onKeyDown}
              className={clsx(
                'hover:bg-hover has-[input:checked]:bg-accent-soft absolute inset-x-0 border-b outline-offset-[-2px]',
                asCards ? 'px-3 py-2.5' : 'vt-grid',
              )}
              style={{
                height,
                transform: `translateY(${index * height}px)`,
              }}
            >
              <RowContent
                row={row}
                columns={columns}
                renderCard={asCards ? props.renderCard : undefined}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function cellClass<Row>(column: Column<Row>): string {
  return clsx(
    'min-w-0 self-center truncate',
    column.align === 'end' && 'text-right',
    column.priority === 2 && 'max-md:hidden',
    column.priority === 3 && 'max-lg:hidden',
  )
}

function tracks<Row>(columns: readonly Column<Row>[], upTo: number): string {
  return columns
    .filter((column) => (column.priority ?? 1) <= upTo)
    .map((column) => column.width)
    .join(' ')
}

interface RowContentProps<Row> {
  row: Row | undefined
  columns: readonly Column<Row>[]
  renderCard?: (row: Row) => ReactNode
}

const RowContent = memo(function RowContent<Row>({
  row,
  columns,
  renderCard,
}: RowContentProps<Row>) {
  // One line for the whole row: a fast scroll goes past hundreds that are never loaded.
  if (row === undefined)
    return (
      <div role="cell" className="col-span-full self-center">
        <Skeleton still className="w-2/3" />
      </div>
    )
  if (renderCard) return <div role="cell">{renderCard(row)}</div>
  return columns.map((column) => (
    <div key={column.key} role="cell" className={clsx('text-sm', cellClass(column))}>
      {column.cell(row)}
    </div>
  ))
  // memo loses the type parameter; this gives it back.
}) as <Row>(props: RowContentProps<Row>) => ReactNode
