import { useState } from 'react'

/** The value, or the last one under the same key while there is none: a page keeps what it showed. */
export function useLast<T extends object>(
  value: T | null | undefined,
  key: string,
): T | null {
  const [last, setLast] = useState<{ key: string; value: T } | null>(null)
  if (value && (last?.value !== value || last.key !== key)) setLast({ key, value })
  return value ?? (last?.key === key ? last.value : null)
}
