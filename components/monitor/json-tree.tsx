'use client'

import { clsx } from 'clsx'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'

import type { QmpValue } from '../../server/contract/qmp-json.ts'
import { useT } from '../i18n/use-t.ts'
import { branchStep, treeRows, type TreeRow, type TreeState } from './tree-rows.ts'

const colours = { string: 'text-ok', number: 'text-accent', word: 'text-info' } as const

/** An answer as a tree that is opened and closed; draws only what is open, and that in steps. */
export function JsonTree({ value, label }: { value: QmpValue; label: string }) {
  const t = useT('monitor')
  const [state, setState] = useState<TreeState>({ open: new Map(), shown: new Map() })
  const { rows, full } = treeRows(value, state)
  const toggle = (path: string, open: boolean) =>
    setState({ ...state, open: new Map(state.open).set(path, open) })
  const showMore = (path: string) => {
    const shown = (state.shown.get(path) ?? branchStep) + branchStep
    setState({ ...state, shown: new Map(state.shown).set(path, shown) })
  }
  return (
    <div
      role="group"
      aria-label={label}
      className="max-h-[60dvh] overflow-auto p-4 font-mono text-xs leading-5"
    >
      <ul>
        {rows.map((row) => (
          <li
            key={`${row.kind}${row.path}`}
            style={{ paddingInlineStart: `${row.depth * 1.1}rem` }}
          >
            <TreeLine row={row} toggle={toggle} showMore={showMore} />
          </li>
        ))}
      </ul>
      {full && (
        <p className="text-warn mt-2 font-sans">
          {t('answer.rows', { count: rows.length })}
        </p>
      )}
    </div>
  )
}

function TreeLine({
  row,
  toggle,
  showMore,
}: {
  row: TreeRow
  toggle: (path: string, open: boolean) => void
  showMore: (path: string) => void
}) {
  const t = useT('monitor')
  if (row.kind === 'more') {
    return (
      <button
        type="button"
        className="text-accent pl-5 hover:underline"
        onClick={() => showMore(row.path)}
      >
        {t('answer.more', { count: row.count })}
      </button>
    )
  }
  const name = row.name !== null && <span className="text-muted">{row.name}: </span>
  if (row.kind === 'leaf') {
    return (
      <span className="pl-5 [overflow-wrap:anywhere] whitespace-pre-wrap">
        {name}
        <span className={colours[row.type]}>{row.text}</span>
        {row.isUnknown && <span className="text-faint"> {t('answer.unknown')}</span>}
      </span>
    )
  }
  const Icon = row.open ? ChevronDown : ChevronRight
  const count = t(row.isList ? 'answer.items' : 'answer.members', { count: row.count })
  const what = row.name ?? t('answer.label')
  return (
    <button
      type="button"
      aria-expanded={row.open}
      aria-label={`${t(row.open ? 'answer.collapse' : 'answer.expand', { name: what })}, ${count}`}
      onClick={() => toggle(row.path, !row.open)}
      className="hover:bg-hover inline-flex max-w-full items-center gap-1 rounded text-left"
    >
      <Icon aria-hidden className="text-faint size-4 shrink-0" />
      {name}
      <span className={clsx('text-faint', row.open && 'opacity-70')}>
        {row.isList ? '[ ]' : '{ }'} {count}
      </span>
    </button>
  )
}
