import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const pool = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'

/** Huge pages of 2 MiB of this machine, set aside for one test. All hosts of the lab see them. */
export class HugePages {
  readonly #taken: number

  private constructor(taken: number) {
    this.#taken = taken
  }

  /**
   * Sets aside up to `count` more: the kernel gives what it finds, and none where there are no huge
   * pages. libvirt says then what is missing. Rejected where root may not (a read-only sysfs).
   */
  static take(count: number): HugePages {
    if (!existsSync(pool)) return new HugePages(0)
    const before = size()
    writeFileSync(pool, String(before + count))
    return new HugePages(size() - before)
  }

  /** Others may have changed the pool meanwhile: only ours go. */
  giveBack(): void {
    if (this.#taken > 0) writeFileSync(pool, String(Math.max(0, size() - this.#taken)))
  }
}

const size = () => Number(readFileSync(pool, 'utf8'))
