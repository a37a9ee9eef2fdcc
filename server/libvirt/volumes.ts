import * as volume from '../rpc/procedures/volumes.ts'
import type { RpcStream } from '../rpc/streams.ts'
import type { VolumeRef } from '../rpc/types.ts'
import type { CallOptions, Session } from './session.ts'
import { flags, poolRef, toNumber } from './session.ts'
import { VOLUME_TYPES } from './states.ts'

export type { VolumeRef } from '../rpc/types.ts'

const CREATE = { preallocMetadata: 1, reflink: 2 } as const
const DELETE = { zeroed: 1, withSnapshots: 2 } as const
const RESIZE = { allocate: 1, delta: 2, shrink: 4 } as const
const SPARSE = 1

type Flags<T> = Partial<Record<keyof T, boolean>>

export interface VolumeInfo {
  type: (typeof VOLUME_TYPES)[number]
  capacityBytes: number
  allocationBytes: number
}

/** A piece of a volume; `lengthBytes` 0 = to the end. */
export interface VolumeRange {
  offsetBytes?: number
  lengthBytes?: number
  /** Skip holes; both ends then speak of them. */
  sparse?: boolean
}

/** Storage volumes. A volume is named by the three texts that list() gives. */
export function volumeMethods(session: Session) {
  const { call } = session
  return {
    /** Volumes of a pool, by the pool's UUID. */
    async list(poolUuid: string, options?: CallOptions): Promise<VolumeRef[]> {
      const args = { pool: poolRef(poolUuid), needResults: 1, flags: 0 }
      return (await call(volume.storagePoolListAllVolumes, args, options)).vols
    },
    async lookupByName(poolUuid: string, name: string, options?: CallOptions) {
      const args = { pool: poolRef(poolUuid), name }
      return (await call(volume.storageVolLookupByName, args, options)).vol
    },
    async lookupByPath(path: string, options?: CallOptions) {
      return (await call(volume.storageVolLookupByPath, { path }, options)).vol
    },
    async info(vol: VolumeRef, options?: CallOptions): Promise<VolumeInfo> {
      const info = await call(volume.storageVolGetInfo, { vol }, options)
      return {
        type: VOLUME_TYPES[info.type] ?? 'file',
        capacityBytes: toNumber(info.capacity),
        allocationBytes: toNumber(info.allocation),
      }
    },
    async path(vol: VolumeRef, options?: CallOptions) {
      return (await call(volume.storageVolGetPath, { vol }, options)).name
    },
    async getXml(vol: VolumeRef, options?: CallOptions) {
      return (await call(volume.storageVolGetXmlDesc, { vol, flags: 0 }, options)).xml
    },
    async create(
      poolUuid: string,
      xml: string,
      set?: Flags<typeof CREATE>,
      options?: CallOptions,
    ) {
      const args = { pool: poolRef(poolUuid), xml, flags: flags(CREATE, set) }
      return (await call(volume.storageVolCreateXml, args, options)).vol
    },
    /** A copy of `source`; takes as long as the data does. */
    async clone(
      poolUuid: string,
      xml: string,
      source: VolumeRef,
      set?: Flags<typeof CREATE>,
      options: CallOptions = { deadlineMs: Infinity },
    ) {
      const args = {
        pool: poolRef(poolUuid),
        xml,
        clonevol: source,
        flags: flags(CREATE, set),
      }
      return (await call(volume.storageVolCreateXmlFrom, args, options)).vol
    },
    async delete(vol: VolumeRef, set?: Flags<typeof DELETE>, options?: CallOptions) {
      await call(volume.storageVolDelete, { vol, flags: flags(DELETE, set) }, options)
    },
    async wipe(vol: VolumeRef, options: CallOptions = { deadlineMs: Infinity }) {
      await call(volume.storageVolWipe, { vol, flags: 0 }, options)
    },
    async resize(
      vol: VolumeRef,
      capacityBytes: number,
      set?: Flags<typeof RESIZE>,
      options?: CallOptions,
    ) {
      const args = { vol, capacity: capacityBytes, flags: flags(RESIZE, set) }
      await call(volume.storageVolResize, args, options)
    },
    /** Use a connection of its own. Done only when the stream's finish() resolves. */
    async upload(vol: VolumeRef, range: VolumeRange = {}, options?: CallOptions) {
      return (await session.openStream(volume.storageVolUpload, bytes(vol, range), options))
        .stream
    },
    /** Use a connection of its own. */
    async download(
      vol: VolumeRef,
      range: VolumeRange = {},
      options?: CallOptions,
    ): Promise<RpcStream> {
      return (
        await session.openStream(volume.storageVolDownload, bytes(vol, range), options)
      ).stream
    },
  }
}

function bytes(vol: VolumeRef, range: VolumeRange) {
  return {
    vol,
    offset: range.offsetBytes ?? 0,
    length: range.lengthBytes ?? 0,
    flags: range.sparse ? SPARSE : 0,
  }
}

export type Volumes = ReturnType<typeof volumeMethods>
