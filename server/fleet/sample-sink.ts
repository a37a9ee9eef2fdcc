import type { Resize } from '../contract/memory.ts'
import type { HostAgent } from './host-agent.ts'

/** Who keeps what the fleet samples. Called within the sampling: quick, and never throwing. */
export interface SampleSink {
  /** A sample of this host came in. */
  sampled(agent: HostAgent): void
  /** A resize began or ended. */
  resized(host: string, uuid: string, resize: Resize): void
  /** The domain does not exist any more. */
  gone(host: string, uuid: string): void
}
