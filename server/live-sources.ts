import type { LiveHandle, LiveListener, LiveSource, Topic } from './contract/live.ts'
import type { Fleet, FleetTopic } from './fleet/index.ts'
import type { Jobs } from './jobs/index.ts'

/** All live topics: each goes to the part of the server that knows it. */
export class LiveSources implements LiveSource {
  readonly #fleet: Pick<Fleet, 'open'>
  readonly #jobs: Pick<Jobs, 'open'>

  constructor(fleet: Pick<Fleet, 'open'>, jobs: Pick<Jobs, 'open'>) {
    this.#fleet = fleet
    this.#jobs = jobs
  }

  open(topic: Topic, listener: LiveListener): LiveHandle {
    return isOfFleet(topic)
      ? this.#fleet.open(topic, listener)
      : this.#jobs.open(topic, listener)
  }
}

function isOfFleet(topic: Topic): topic is FleetTopic {
  return topic.name !== 'jobs' && topic.name !== 'job'
}
