import { Guest } from './guest.ts'
import { Host } from './host.ts'
import { FLEET } from './plan.ts'
import { labPlace, readState, type LabPlace } from './state.ts'

export { Guest, type WorkloadStatus } from './guest.ts'
export { Host } from './host.ts'
export { IDLE, type Workload } from './plan.ts'
export { CommandError } from './run.ts'

/** The running lab, as tests see it. */
export class Lab {
  readonly dir: string

  constructor(dir: string) {
    this.dir = dir
  }

  get hosts(): Host[] {
    return (readState(this.dir)?.hosts ?? []).map(({ name }) => new Host(this.dir, name))
  }

  host(name: string): Host {
    const host = this.hosts.find((candidate) => candidate.name === name)
    if (!host) throw new Error(`the lab in ${this.dir} has no host ${name}`)
    return host
  }

  /** A guest by its name alone, on the host where the plan puts it. */
  guest(name: string): Guest {
    const plan = FLEET.find(({ guests }) => guests.some((guest) => guest.name === name))
    if (!plan) throw new Error(`the plan has no guest ${name}`)
    return new Guest(this.dir, plan.name, name)
  }
}

/** Connects to the running lab; throws where there is none. */
export function getLab(place: LabPlace = labPlace()): Lab {
  if (!readState(place.dir)) throw new Error(`no lab in ${place.dir}: npm run lab -- up`)
  return new Lab(place.dir)
}
