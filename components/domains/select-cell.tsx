'use client'

import { Check, Minus } from 'lucide-react'
import { type ReactNode, useSyncExternalStore } from 'react'

import type { FleetRow } from '../../server/contract/domain.ts'
import { useEarlyInput } from '../ui/use-early-input.ts'
import type { Selection } from './selection.ts'

/** The box of one row. `onChoose` gets whether Shift was held: then it ends a range. */
export function SelectCell({
  row,
  selection,
  label,
  onChoose,
}: {
  row: FleetRow
  selection: Selection
  label: string
  onChoose: (row: FleetRow, index: number, extend: boolean) => void
}) {
  const checked = useSyncExternalStore(
    selection.subscribe,
    () => selection.has(row.key),
    () => false,
  )
  return (
    <Box
      label={label}
      checked={checked}
      onClick={(input, extend) => {
        // Where the row stands is the table's: a cell does not know, and is not drawn anew for it.
        const place = input.closest<HTMLElement>('[data-row]')?.dataset.row
        if (place !== undefined) onChoose(row, Number(place), extend)
      }}
    />
  )
}

/** The box above all rows: selects all that match, or none. */
export function SelectAllCell({
  matched,
  selection,
  label,
  onAll,
}: {
  matched: number
  selection: Selection
  label: string
  onAll: () => void
}) {
  const count = useSyncExternalStore(
    selection.subscribe,
    () => selection.list().length,
    () => 0,
  )
  return (
    <Box
      label={label}
      checked={count > 0 && count >= matched}
      indeterminate={count > 0 && count < matched}
      onClick={() => (count > 0 ? selection.clear() : onAll())}
    />
  )
}

function Box({
  label,
  checked,
  indeterminate = false,
  onClick,
}: {
  label: string
  checked: boolean
  indeterminate?: boolean
  onClick: (input: HTMLInputElement, extend: boolean) => void
}): ReactNode {
  const Mark = indeterminate ? Minus : Check
  const earlyRef = useEarlyInput<HTMLInputElement>((element) => {
    if (element.checked !== checked) onClick(element, false)
  })
  return (
    // The whole cell is the target: a box of 16 px is small for a finger.
    <label className="-my-2 -ml-3 flex h-9 w-10 cursor-pointer items-center justify-center select-none">
      <span className="relative flex size-4">
        <input
          type="checkbox"
          aria-label={label}
          checked={checked}
          ref={(node) => {
            earlyRef.current = node
            if (node) node.indeterminate = indeterminate
          }}
          onChange={(event) => {
            const { nativeEvent } = event
            const extend = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey
            onClick(event.currentTarget, extend)
          }}
          className="peer border-line-strong bg-sunken checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent size-4 cursor-pointer appearance-none rounded-sm border"
        />
        <Mark
          aria-hidden
          strokeWidth={3}
          className="text-accent-text pointer-events-none absolute inset-0 m-auto hidden size-3 peer-checked:block peer-indeterminate:block"
        />
      </span>
    </label>
  )
}
