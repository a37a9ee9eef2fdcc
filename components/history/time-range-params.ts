import { createLoader, parseAsInteger, parseAsStringLiteral } from 'nuqs/server'

import { windows } from './time-range.ts'

/** How a stretch of time stands in the address. */
export const timeRangeParams = {
  window: parseAsStringLiteral(windows).withDefault('60'),
  from: parseAsInteger,
  to: parseAsInteger,
}

/** The same read by the server. */
export const loadTimeRangeParams = createLoader(timeRangeParams)
