import * as migration from '../rpc/procedures/migration.ts'
import type { TypedParam } from '../rpc/types.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags, toNumber } from './session.ts'

/** virDomainMigrateFlags. */
export const MIGRATE = {
  live: 1,
  peerToPeer: 2,
  tunnelled: 4,
  persistDestination: 8,
  undefineSource: 16,
  paused: 32,
  nonSharedDisk: 64,
  nonSharedIncremental: 128,
  changeProtection: 256,
  unsafe: 512,
  offline: 1_024,
  compressed: 2_048,
  abortOnError: 4_096,
  autoConverge: 8_192,
  rdmaPinAll: 1 << 14,
  postCopy: 1 << 15,
  tls: 1 << 16,
  parallel: 1 << 17,
  nonSharedSynchronousWrites: 1 << 18,
  postCopyResume: 1 << 19,
  zeroCopy: 1 << 20,
} as const
export type MigrateFlags = Partial<Record<keyof typeof MIGRATE, boolean>>

const WHOLE_MIGRATION: CallOptions = { deadlineMs: Infinity }
const NO_COOKIE = new Uint8Array(0)

/**
 * Live migration. The steps `begin … confirm` are those of a migration driven by the client
 * over its two connections (what virDomainMigrate3 does); `performPeerToPeer` leaves them to
 * the source's daemon. A perform lasts as long as the migration and takes a slot meanwhile.
 */
export function migrationMethods(session: Session) {
  const { call } = session
  return {
    /** Source, step 1: the XML for the destination and a cookie. */
    async begin(
      uuid: string,
      params: TypedParam[],
      set: MigrateFlags,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), params, flags: flags(MIGRATE, set) }
      const answer = await call(migration.domainMigrateBegin3Params, args, options)
      return { cookie: answer.cookieOut, xml: answer.xml }
    },
    /** Destination, step 2: makes ready to receive; gives the URI for the source. */
    async prepare(
      params: TypedParam[],
      cookie: Uint8Array,
      set: MigrateFlags,
      options?: CallOptions,
    ) {
      const args = { params, cookieIn: cookie, flags: flags(MIGRATE, set) }
      const answer = await call(migration.domainMigratePrepare3Params, args, options)
      return { cookie: answer.cookieOut, uri: answer.uriOut }
    },
    /** Source, step 3: sends the memory; resolves when all of it was sent. */
    async perform(
      uuid: string,
      params: TypedParam[],
      cookie: Uint8Array,
      set: MigrateFlags,
      options: CallOptions = WHOLE_MIGRATION,
    ) {
      const args = {
        dom: domainRef(uuid),
        dconnuri: null,
        params,
        cookieIn: cookie,
        flags: flags(MIGRATE, set),
      }
      return (await call(migration.domainMigratePerform3Params, args, options)).cookieOut
    },
    /** Destination, step 4: starts the guest there, or throws it away when `cancelled`. */
    async finish(
      params: TypedParam[],
      cookie: Uint8Array,
      set: MigrateFlags,
      cancelled: boolean,
      options: CallOptions = WHOLE_MIGRATION,
    ) {
      const args = {
        params,
        cookieIn: cookie,
        flags: flags(MIGRATE, set),
        cancelled: cancelled ? 1 : 0,
      }
      const answer = await call(migration.domainMigrateFinish3Params, args, options)
      return { domain: answer.dom, cookie: answer.cookieOut }
    },
    /** Source, step 5: ends the guest here, or resumes it when `cancelled`. */
    async confirm(
      uuid: string,
      params: TypedParam[],
      cookie: Uint8Array,
      set: MigrateFlags,
      cancelled: boolean,
      options: CallOptions = WHOLE_MIGRATION,
    ) {
      const args = {
        dom: domainRef(uuid),
        params,
        cookieIn: cookie,
        flags: flags(MIGRATE, set),
        cancelled: cancelled ? 1 : 0,
      }
      await call(migration.domainMigrateConfirm3Params, args, options)
    },
    /** `destinationUri` as the source's daemon sees it. Resolves when the migration ended. */
    async performPeerToPeer(
      uuid: string,
      destinationUri: string,
      params: TypedParam[],
      set: MigrateFlags,
      options: CallOptions = WHOLE_MIGRATION,
    ) {
      const args = {
        dom: domainRef(uuid),
        dconnuri: destinationUri,
        params,
        cookieIn: NO_COOKIE,
        flags: flags(MIGRATE, { ...set, peerToPeer: true }),
      }
      await call(migration.domainMigratePerform3Params, args, options)
    },
    async setMaxDowntime(uuid: string, downtimeMs: number, options?: CallOptions) {
      const args = { dom: domainRef(uuid), downtime: downtimeMs, flags: 0 }
      await call(migration.domainMigrateSetMaxDowntime, args, options)
    },
    async getMaxDowntime(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      const { downtime } = await call(migration.domainMigrateGetMaxDowntime, args, options)
      return toNumber(downtime)
    },
    /** MiB/s; `postcopy`: of the post-copy phase. */
    async setMaxSpeed(
      uuid: string,
      speedMiBps: number,
      set: { postcopy?: boolean } = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        bandwidth: speedMiBps,
        flags: set.postcopy ? 1 : 0,
      }
      await call(migration.domainMigrateSetMaxSpeed, args, options)
    },
    /** MiB/s; 8796093022207 = no limit. */
    async getMaxSpeed(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      const { bandwidth } = await call(migration.domainMigrateGetMaxSpeed, args, options)
      return toNumber(bandwidth)
    },
    /** Moves the guest now and its memory after; only for one begun with `postCopy`. */
    async startPostCopy(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      await call(migration.domainMigrateStartPostCopy, args, options)
    },
  }
}

export type Migration = ReturnType<typeof migrationMethods>
