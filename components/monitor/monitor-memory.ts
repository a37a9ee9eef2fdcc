import { z } from 'zod'

import {
  maskedHmp,
  maskedQmp,
  parseQmpCommand,
  qmpText,
} from '../../server/contract/monitor.ts'

const storedEntry = z.object({ mode: z.enum(['qmp', 'hmp']), text: z.string() })
export type MonitorMode = 'qmp' | 'hmp'
export type MonitorEntry = z.infer<typeof storedEntry>

const maxEntries = 50
const maxEntryLength = 8_000

/** What every browser begins with. libvirt calls the balloon balloon0. */
export const builtInSnippets: readonly (MonitorEntry & { name: string })[] = [
  { name: 'info balloon', mode: 'hmp', text: 'info balloon' },
  {
    name: 'guest-stats',
    mode: 'qmp',
    text: '{"execute": "qom-get", "arguments": {"path": "/machine/peripheral/balloon0", "property": "guest-stats"}}',
  },
  ...[
    'query-balloon',
    'query-memory-size-summary',
    'query-status',
    'query-dirty-rate',
    'query-migrate',
    'query-block',
    'query-cpus-fast',
  ].map((name) => ({ name, mode: 'qmp' as const, text: `{"execute": "${name}"}` })),
  { name: 'info mtree -f', mode: 'hmp', text: 'info mtree -f' },
]

/** What a command is kept as: without its secrets. */
export function withoutSecrets({ mode, text }: MonitorEntry): MonitorEntry {
  if (mode === 'hmp') return { mode, text: maskedHmp(text) }
  const parsed = parseQmpCommand(text)
  if (!parsed.ok) return { mode, text: '' }
  const masked = qmpText(maskedQmp(parsed.command))
  // As it was typed, where nothing had to be masked.
  return { mode, text: masked === qmpText(parsed.command) ? text : masked }
}

/** What a short name for it is, in lists. */
export function nameOfEntry({ mode, text }: MonitorEntry): string {
  if (mode === 'hmp') return text
  const parsed = parseQmpCommand(text)
  if (!parsed.ok) return text
  const { execute, arguments: args } = parsed.command
  const words = Object.values(args ?? {}).filter((value) => typeof value === 'string')
  return [execute, ...words].join(' ')
}

/** A list of commands in this browser: the newest first, none twice, bounded. */
export class EntryList {
  readonly #key: string
  readonly #storage: () => Pick<Storage, 'getItem' | 'setItem'> | null
  #entries: readonly MonitorEntry[] | null = null
  readonly #watchers = new Set<() => void>()

  constructor(
    key: string,
    storage: () => Pick<Storage, 'getItem' | 'setItem'> | null = browserStorage,
  ) {
    this.#key = key
    this.#storage = storage
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  readonly read = (): readonly MonitorEntry[] => (this.#entries ??= this.#load())

  add(added: MonitorEntry): void {
    const kept = withoutSecrets(added)
    if (kept.text === '' || kept.text.length > maxEntryLength) return
    this.#save([kept, ...this.#without(kept)].slice(0, maxEntries))
  }

  remove(entry: MonitorEntry): void {
    this.#save(this.#without(entry))
  }

  clear(): void {
    this.#save([])
  }

  #without({ mode, text }: MonitorEntry): MonitorEntry[] {
    return this.read().filter((other) => other.mode !== mode || other.text !== text)
  }

  #load(): readonly MonitorEntry[] {
    try {
      const stored: unknown = JSON.parse(this.#storage()?.getItem(this.#key) ?? '[]')
      return z.array(storedEntry).max(maxEntries).catch([]).parse(stored)
    } catch {
      // Storage that is switched off or damaged: the list begins empty.
      return []
    }
  }

  #save(entries: readonly MonitorEntry[]): void {
    this.#entries = entries
    try {
      this.#storage()?.setItem(this.#key, JSON.stringify(entries))
    } catch {
      // Full or switched off: the list lasts as long as the page.
    }
    for (const watcher of this.#watchers) watcher()
  }
}

function browserStorage(): Storage | null {
  return typeof window === 'undefined' ? null : window.localStorage
}

export const monitorHistory = new EntryList('ballast-monitor-history')
export const monitorSnippets = new EntryList('ballast-monitor-snippets')
