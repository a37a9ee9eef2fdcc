import { z } from 'zod'

/**
 * `direct`: Ballast drives both ends over its own two connections (begin, prepare, perform, finish,
 * confirm); the hosts need no way to each other but QEMU's. `peer-to-peer`: the source's daemon drives,
 * and needs a login at the target; goes on without Ballast.
 */
export const migrationWay = z.enum(['direct', 'peer-to-peer'])
export type MigrationWay = z.infer<typeof migrationWay>
