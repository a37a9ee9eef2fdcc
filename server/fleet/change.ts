/** A change that was made, with the virsh line that would have made it (server/runtime.ts, Change). */
export interface Change<T> {
  result: T
  command: string | null
}
