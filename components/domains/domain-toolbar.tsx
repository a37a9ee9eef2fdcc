'use client'

import { ArrowDownWideNarrow, X } from 'lucide-react'
import { useCallback } from 'react'

import {
  domainState,
  type FleetSortKey,
  fleetSortKey,
} from '../../server/contract/domain.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { SearchField } from './search-field.tsx'
import type { TableQuery } from './table-query.ts'

export interface HostName {
  host: string
  name: string
}

/** Search, filters and how many there are. `hosts`: none = the table is of one host. */
export function DomainToolbar({
  table,
  hosts = [],
  count,
}: {
  table: TableQuery
  hosts?: readonly HostName[]
  count: { total: number; matched: number } | null
}) {
  const t = useT('fleet')
  const tDomain = useT('domain')
  const { query, setSearch } = table
  const search = useCallback((text: string) => setSearch(text), [setSearch])
  const sortBy = (sort: FleetSortKey) => table.sortBy(sort)
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchField
        label={t('search')}
        placeholder={t('searchPlaceholder')}
        value={query.search}
        onChange={search}
      />
      {hosts.length > 1 && (
        <FilterMenu
          label={t('filter.host')}
          options={hosts.map(({ host, name }) => ({ value: host, label: name }))}
          chosen={query.hosts}
          onChange={table.setHosts}
        />
      )}
      <FilterMenu
        label={t('filter.state')}
        options={domainState.options.map((value) => ({
          value,
          label: tDomain(`state.${value}`),
        }))}
        chosen={query.states}
        onChange={table.setStates}
      />
      <span className="sm:hidden">
        <Menu
          label={t('sort')}
          align="start"
          trigger={<Button icon={<ArrowDownWideNarrow />}>{t('sort')}</Button>}
          items={fleetSortKey.options.map((key) => ({
            key,
            label: t(`column.${key}`),
            selected: query.sort === key,
            onSelect: () => sortBy(key),
          }))}
        />
      </span>
      {table.filtered && (
        <Button variant="ghost" icon={<X />} onClick={table.clear}>
          {t('filter.clear')}
        </Button>
      )}
      <p role="status" className="text-muted tabular ml-auto text-xs">
        {count &&
          (count.matched === count.total
            ? t('count', { total: count.total })
            : t('countMatched', { matched: count.matched, total: count.total }))}
      </p>
    </div>
  )
}
