import type { TypedParam } from '../rpc/types.ts'

export type { TypedParam } from '../rpc/types.ts'

/** Typed parameters as an object by name; one that repeats keeps its last value. */
export function paramsByName(params: TypedParam[]): Record<string, TypedParam['value']> {
  const byName: Record<string, TypedParam['value']> = Object.create(null)
  for (const { field, value } of params) byName[field] = value
  return byName
}
