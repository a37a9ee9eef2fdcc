import * as save from '../rpc/procedures/save.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags } from './session.ts'

const SAVE = { bypassCache: 1, running: 2, paused: 4, resetNvram: 8 } as const
type SaveFlags = Partial<Record<keyof typeof SAVE, boolean>>

const AS_LONG_AS_IT_TAKES: CallOptions = { deadlineMs: Infinity }

/** A domain's memory on disk. Saving takes as long as writing it. */
export function savedStateMethods(session: Session) {
  const { call } = session
  return {
    /** Saves where libvirt keeps it; the next start resumes from there. */
    async managedSave(uuid: string, set?: SaveFlags, options = AS_LONG_AS_IT_TAKES) {
      const args = { dom: domainRef(uuid), flags: flags(SAVE, set) }
      await call(save.domainManagedSave, args, options)
    },
    async hasManagedSave(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      return (await call(save.domainHasManagedSaveImage, args, options)).result === 1
    },
    async removeManagedSave(uuid: string, options?: CallOptions) {
      await call(save.domainManagedSaveRemove, { dom: domainRef(uuid), flags: 0 }, options)
    },
    /** Saves into a file of the host. */
    async save(uuid: string, path: string, set?: SaveFlags, options = AS_LONG_AS_IT_TAKES) {
      const args = { dom: domainRef(uuid), to: path, dxml: null, flags: flags(SAVE, set) }
      await call(save.domainSaveFlags, args, options)
    },
    async restore(path: string, set?: SaveFlags, options = AS_LONG_AS_IT_TAKES) {
      const args = { from: path, dxml: null, flags: flags(SAVE, set) }
      await call(save.domainRestoreFlags, args, options)
    },
    /** The domain XML inside a saved file. */
    async imageXml(path: string, options?: CallOptions) {
      const args = { file: path, flags: 0 }
      return (await call(save.domainSaveImageGetXmlDesc, args, options)).xml
    },
  }
}

export type SavedStates = ReturnType<typeof savedStateMethods>
