import type { LiveHandle, LiveListener, LiveSource, Topic } from './contract/live.ts'
import type { Fleet } from './fleet/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Policies } from './reclaim/policies.ts'

interface Parts {
  fleet: Pick<Fleet, 'open'>
  jobs: Pick<Jobs, 'open'>
  policies: Pick<Policies, 'open'>
}

/** All live topics: each goes to the part of the server that knows it. */
export class LiveSources implements LiveSource {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  open(topic: Topic, listener: LiveListener): LiveHandle {
    const { fleet, jobs, policies } = this.#parts
    switch (topic.name) {
      case 'jobs':
      case 'job':
        return jobs.open(topic, listener)
      case 'memory-policy':
        return policies.open(topic, listener)
      default:
        return fleet.open(topic, listener)
    }
  }
}
