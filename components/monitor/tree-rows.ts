import type { QmpValue } from '../../server/contract/qmp-json.ts'

/** One line of the tree. */
export type TreeRow =
  | {
      kind: 'leaf'
      path: string
      depth: number
      name: string | null
      text: string
      type: 'string' | 'number' | 'word'
      /** (uint64_t)-1: QEMU's word for "not known". */
      isUnknown: boolean
    }
  | {
      kind: 'branch'
      path: string
      depth: number
      name: string | null
      isList: boolean
      count: number
      open: boolean
    }
  /** There are so many more; showing them is one step. */
  | { kind: 'more'; path: string; depth: number; count: number }

/** Children of one branch that are shown at first and added by each step. */
export const branchStep = 100
/** Lines that are made at all, however much is opened. */
export const maxRows = 2_000
const maxTextLength = 500
const openDepth = 3
const openCount = 40

export interface TreeState {
  /** By path: opened or closed by hand. */
  open: ReadonlyMap<string, boolean>
  /** By path: how many children are shown. */
  shown: ReadonlyMap<string, number>
}

/**
 * The lines to draw. Visits only what is open and shown, so a huge answer costs no more than a small
 * one; `full` = the limit was met.
 */
export function treeRows(
  value: QmpValue,
  { open, shown }: TreeState,
): { rows: TreeRow[]; full: boolean } {
  const rows: TreeRow[] = []
  const visit = (
    node: QmpValue,
    name: string | null,
    path: string,
    depth: number,
  ): void => {
    if (rows.length >= maxRows) return
    if (typeof node !== 'object' || node === null) {
      rows.push({ kind: 'leaf', path, depth, name, ...leafOf(node) })
      return
    }
    const names = Array.isArray(node) ? null : Object.keys(node)
    const count = Array.isArray(node) ? node.length : (names?.length ?? 0)
    const isOpen = open.get(path) ?? (depth < openDepth && count <= openCount)
    const isList = names === null
    rows.push({ kind: 'branch', path, depth, name, isList, count, open: isOpen })
    if (!isOpen) return
    const limit = Math.min(count, shown.get(path) ?? branchStep)
    for (let index = 0; index < limit; index++) {
      const key = names?.[index] ?? String(index)
      const child = Array.isArray(node) ? node[index] : node[key]
      if (child !== undefined) visit(child, key, `${path}/${escaped(key)}`, depth + 1)
    }
    if (limit < count && rows.length < maxRows) {
      rows.push({ kind: 'more', path, depth: depth + 1, count: count - limit })
    }
  }
  visit(value, null, '', 0)
  return { rows, full: rows.length >= maxRows }
}

/** A part of a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function leafOf(value: null | boolean | number | bigint | string) {
  if (typeof value === 'string') {
    const cut = value.length > maxTextLength
    const text = JSON.stringify(cut ? `${value.slice(0, maxTextLength)}…` : value)
    return { text, type: 'string' as const, isUnknown: false }
  }
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return {
    text: String(value),
    type: isNumber ? ('number' as const) : ('word' as const),
    isUnknown: value === 18_446_744_073_709_551_615n,
  }
}
