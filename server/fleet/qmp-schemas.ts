import type { QmpSchema } from '../contract/monitor.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { readQmpSchema } from '../libvirt/qmp-schema.ts'
import type { Change } from './change.ts'
import { linkOf } from './memory-actions.ts'
import type { Subject } from './memory-actions.ts'
import { monitorProblem } from './monitor-actions.ts'

/** Emulators of a fleet that are remembered: few, each about 60 kB. */
const maxSchemas = 32

/**
 * What the QEMUs of the fleet understand: asked of each emulator once, the version of each domain's
 * own QEMU before, because a running one may be older than the file it came from.
 */
export class QmpSchemas {
  readonly #known = new Map<string, Promise<QmpSchema>>()

  /**
   * @returns besides the virsh lines of what this QEMU was really asked
   * @throws ProblemError
   */
  async of({ agent, domain }: Subject): Promise<Change<QmpSchema>> {
    const { host, uri } = agent.record
    const line = (execute: string) =>
      virshLine(uri, 'qemu-monitor-command', domain, JSON.stringify({ execute }))
    let command = line('query-version')
    const link = linkOf(agent)
    if (!domain.active) {
      throw new ProblemError('not_running', {
        host,
        detail: `Domain ${domain.name} is not running, so it has no monitor.`,
        remedy: 'Start it first.',
      })
    }
    try {
      const version = await link.qemuVersion(domain.uuid)
      const key = `${version}\n${domain.live?.emulator ?? ''}\n${domain.live?.arch ?? ''}`
      const known = this.#known.get(key)
      if (known) return { result: await known, command }
      command += ` && ${line('query-qmp-schema')}`
      const reading = link
        .qmpSchema(domain.uuid)
        .then((entries) => readQmpSchema(version, entries))
      this.#known.set(key, reading)
      reading.catch(() => this.#known.delete(key))
      const [oldest] = this.#known.keys()
      if (this.#known.size > maxSchemas && oldest) this.#known.delete(oldest)
      return { result: await reading, command }
    } catch (error) {
      throw monitorProblem(error, { host, command })
    }
  }
}
