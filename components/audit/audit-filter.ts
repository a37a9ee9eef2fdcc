import { parseAsString, useQueryStates } from 'nuqs'

import type { AuditFilter } from './audit-api.ts'

/** The filter, kept in the URL. */
export function useAuditFilter(): [AuditFilter, (change: Partial<AuditFilter>) => void] {
  const [filter, setFilter] = useQueryStates(
    {
      search: parseAsString.withDefault(''),
      who: parseAsString.withDefault(''),
      action: parseAsString.withDefault(''),
      host: parseAsString.withDefault(''),
    },
    { history: 'replace', throttleMs: 300 },
  )
  return [filter, (change) => void setFilter(change)]
}
