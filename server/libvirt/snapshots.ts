import * as backup from '../rpc/procedures/backup.ts'
import * as snapshot from '../rpc/procedures/snapshots.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags } from './session.ts'

const CREATE = {
  redefine: 1,
  current: 2,
  noMetadata: 4,
  halt: 8,
  diskOnly: 16,
  reuseExternal: 32,
  quiesce: 64,
  atomic: 128,
  live: 256,
  validate: 512,
} as const
const REVERT = { running: 1, paused: 2, force: 4, resetNvram: 8 } as const
const DELETE = { children: 1, metadataOnly: 2, childrenOnly: 4 } as const

type Flags<T> = Partial<Record<keyof T, boolean>>

/** Snapshots of a domain, named within it; and its backup job. */
export function snapshotMethods(session: Session) {
  const { call } = session
  return {
    /** Names, parents before children. */
    async list(uuid: string, options?: CallOptions): Promise<string[]> {
      const args = { dom: domainRef(uuid), needResults: 1, flags: TOPOLOGICAL }
      const { snapshots } = await call(snapshot.domainListAllSnapshots, args, options)
      return snapshots.map(({ name }) => name)
    },
    async getXml(uuid: string, name: string, options?: CallOptions) {
      const args = { snap: ref(uuid, name), flags: 0 }
      return (await call(snapshot.domainSnapshotGetXmlDesc, args, options)).xml
    },
    /** Name of the current one; null when there is none. */
    async current(uuid: string, options?: CallOptions): Promise<string | null> {
      const args = { dom: domainRef(uuid), flags: 0 }
      const { result } = await call(snapshot.domainHasCurrentSnapshot, args, options)
      if (result === 0) return null
      return (await call(snapshot.domainSnapshotCurrent, args, options)).snap.name
    },
    /** Name of the parent; NO_DOMAIN_SNAPSHOT for a root. */
    async parent(uuid: string, name: string, options?: CallOptions) {
      const args = { snap: ref(uuid, name), flags: 0 }
      return (await call(snapshot.domainSnapshotGetParent, args, options)).snap.name
    },
    /** With memory it takes as long as writing the guest's memory. */
    async create(
      uuid: string,
      xml: string,
      set?: Flags<typeof CREATE>,
      options: CallOptions = { deadlineMs: Infinity },
    ) {
      const args = { dom: domainRef(uuid), xmlDesc: xml, flags: flags(CREATE, set) }
      return (await call(snapshot.domainSnapshotCreateXml, args, options)).snap.name
    },
    async revert(
      uuid: string,
      name: string,
      set?: Flags<typeof REVERT>,
      options: CallOptions = { deadlineMs: Infinity },
    ) {
      const args = { snap: ref(uuid, name), flags: flags(REVERT, set) }
      await call(snapshot.domainRevertToSnapshot, args, options)
    },
    async delete(
      uuid: string,
      name: string,
      set?: Flags<typeof DELETE>,
      options: CallOptions = { deadlineMs: Infinity },
    ) {
      const args = { snap: ref(uuid, name), flags: flags(DELETE, set) }
      await call(snapshot.domainSnapshotDelete, args, options)
    },
    /** Starts a full backup; its end comes as the event `jobCompleted`. */
    async beginBackup(uuid: string, backupXml: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), backupXml, checkpointXml: null, flags: 0 }
      await call(backup.domainBackupBegin, args, options)
    },
    async getBackupXml(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      return (await call(backup.domainBackupGetXmlDesc, args, options)).xml
    },
  }
}

function ref(uuid: string, name: string) {
  return { name, domain: domainRef(uuid) }
}

/** VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL. */
const TOPOLOGICAL = 1_024

export type Snapshots = ReturnType<typeof snapshotMethods>
