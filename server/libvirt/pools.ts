import * as pool from '../rpc/procedures/pools.ts'
import type { CallOptions, Session } from './session.ts'
import { poolRef, toNumber } from './session.ts'
import { POOL_STATES } from './states.ts'

export interface PoolInfo {
  state: (typeof POOL_STATES)[number]
  capacityBytes: number
  allocationBytes: number
  availableBytes: number
}

/** Storage pools. All take the pool's UUID. */
export function poolMethods(session: Session) {
  const { call } = session
  return {
    /** All pools, active or not. */
    async list(options?: CallOptions) {
      const args = { needResults: 1, flags: 0 }
      return (await call(pool.connectListAllStoragePools, args, options)).pools
    },
    async lookupByName(name: string, options?: CallOptions) {
      return (await call(pool.storagePoolLookupByName, { name }, options)).pool
    },
    async info(uuid: string, options?: CallOptions): Promise<PoolInfo> {
      const info = await call(pool.storagePoolGetInfo, { pool: poolRef(uuid) }, options)
      return {
        state: POOL_STATES[info.state] ?? 'inactive',
        capacityBytes: toNumber(info.capacity),
        allocationBytes: toNumber(info.allocation),
        availableBytes: toNumber(info.available),
      }
    },
    async getXml(uuid: string, set: { inactive?: boolean } = {}, options?: CallOptions) {
      const args = { pool: poolRef(uuid), flags: set.inactive ? 1 : 0 }
      return (await call(pool.storagePoolGetXmlDesc, args, options)).xml
    },
    async isActive(uuid: string, options?: CallOptions) {
      const answer = await call(pool.storagePoolIsActive, { pool: poolRef(uuid) }, options)
      return answer.active === 1
    },
    async getAutostart(uuid: string, options?: CallOptions) {
      const args = { pool: poolRef(uuid) }
      return (await call(pool.storagePoolGetAutostart, args, options)).autostart !== 0
    },
    async setAutostart(uuid: string, autostart: boolean, options?: CallOptions) {
      const args = { pool: poolRef(uuid), autostart: autostart ? 1 : 0 }
      await call(pool.storagePoolSetAutostart, args, options)
    },
    async define(xml: string, options?: CallOptions) {
      return (await call(pool.storagePoolDefineXml, { xml, flags: 0 }, options)).pool
    },
    /** Creates and starts a pool that is gone when it stops. `build`: make its directory first. */
    async createXml(xml: string, set: { build?: boolean } = {}, options?: CallOptions) {
      const args = { xml, flags: set.build ? 1 : 0 }
      return (await call(pool.storagePoolCreateXml, args, options)).pool
    },
    async undefine(uuid: string, options?: CallOptions) {
      await call(pool.storagePoolUndefine, { pool: poolRef(uuid) }, options)
    },
    /** Makes what the pool stands on (the directory, the volume group). */
    async build(uuid: string, set: { overwrite?: boolean } = {}, options?: CallOptions) {
      const args = { pool: poolRef(uuid), flags: set.overwrite ? 8 : 0 }
      await call(pool.storagePoolBuild, args, options)
    },
    /** `build`: make what it stands on first. */
    async start(uuid: string, set: { build?: boolean } = {}, options?: CallOptions) {
      const args = { pool: poolRef(uuid), flags: set.build ? 1 : 0 }
      await call(pool.storagePoolCreate, args, options)
    },
    /** Stops it; data and definition stay. */
    async destroy(uuid: string, options?: CallOptions) {
      await call(pool.storagePoolDestroy, { pool: poolRef(uuid) }, options)
    },
    /** Deletes what it stands on, the data with it. */
    async delete(uuid: string, options?: CallOptions) {
      await call(pool.storagePoolDelete, { pool: poolRef(uuid), flags: 0 }, options)
    },
    async refresh(uuid: string, options?: CallOptions) {
      await call(pool.storagePoolRefresh, { pool: poolRef(uuid), flags: 0 }, options)
    },
  }
}

export type Pools = ReturnType<typeof poolMethods>
