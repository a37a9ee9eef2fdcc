import { virshLine } from '../contract/virsh-line.ts'
import type { Clock } from './clock.ts'
import type { HostRecord } from './host-store.ts'
import type { Logger } from './logger.ts'
import { ResizeLog } from './resize-log.ts'
import type { ConfigChangeStore, ResizeStore } from './resize-store.ts'
import type { SampleSink } from './sample-sink.ts'

interface KeptResizesOptions {
  clock: Clock
  resizeStore: ResizeStore
  configChangeStore?: ConfigChangeStore
  /** Gets every resize, to keep it as history. */
  sink?: SampleSink
  logger: Logger
}

/** The logs of resizes of domains, over stores that keep the newest change of each. */
export class KeptResizes {
  readonly #options: KeptResizesOptions

  constructor(options: KeptResizesOptions) {
    this.#options = options
  }

  /** @param of the host; the URI that it has by then stands in the lines for virsh */
  logOf(of: { readonly record: HostRecord }, uuid: string): ResizeLog {
    const { host } = of.record
    const { clock, resizeStore, configChangeStore, sink } = this.#options
    return new ResizeLog({
      wallMs: () => clock.wallMs(),
      load: () => resizeStore.get(host, uuid),
      save: (resize) => {
        sink?.resized(host, uuid, resize)
        this.#keep(() => resizeStore.put(host, uuid, resize))
      },
      forget: () => this.#keep(() => resizeStore.remove(host, uuid)),
      loadConfig: () => configChangeStore?.get(host, uuid) ?? null,
      saveConfig: (change) => this.#keep(() => configChangeStore?.put(host, uuid, change)),
      commandFor: (name, targetKiB) =>
        virshLine(of.record.uri, 'setmem', { name, uuid }, String(targetKiB), '--live'),
    })
  }

  /** Forgets what was kept of a domain. */
  forget(host: string, uuid: string): void {
    const { resizeStore, configChangeStore } = this.#options
    this.#keep(() => resizeStore.remove(host, uuid))
    this.#keep(() => configChangeStore?.remove(host, uuid))
  }

  /** The way back is a comfort: a full disk must not stop what the fleet does. */
  #keep(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a resize could not be kept')
    }
  }
}
