import type { MoveEnd, MoveEvent, OpenMoveEnd } from './move-end.ts'
import type { MoveOrder } from './move-order.ts'
import type { Ends } from './settle.ts'

const connectMs = 20_000

/** The connections to the two hosts of a move: made when they are needed, anew when they were lost. */
export class MoveEnds implements Ends {
  readonly #order: Pick<MoveOrder, 'source' | 'target'>
  readonly #open: OpenMoveEnd
  readonly #hear: (event: MoveEvent) => void
  readonly #lost: () => void
  #source: MoveEnd | null = null
  #target: MoveEnd | null = null

  /**
   * @param told.hear what the source tells by itself
   * @param told.lost a connection ended
   */
  constructor(
    order: Pick<MoveOrder, 'source' | 'target'>,
    open: OpenMoveEnd,
    told: { hear(event: MoveEvent): void; lost(): void },
  ) {
    this.#order = order
    this.#open = open
    this.#hear = told.hear
    this.#lost = told.lost
  }

  /** The source as it is connected now; null = it is not. */
  get sourceNow(): MoveEnd | null {
    return this.#source
  }

  async source(): Promise<MoveEnd> {
    if (this.#source) return this.#source
    const end = await this.#connect(this.#order.source.uri)
    this.#source = end
    void end.closed.then(() => {
      if (this.#source === end) this.#source = null
      this.#lost()
    })
    await end.listen((event) => this.#hear(event))
    return end
  }

  async target(): Promise<MoveEnd> {
    if (this.#target) return this.#target
    const end = await this.#connect(this.#order.target.uri)
    this.#target = end
    void end.closed.then(() => {
      if (this.#target === end) this.#target = null
      this.#lost()
    })
    return end
  }

  #connect(uri: string): Promise<MoveEnd> {
    return this.#open(uri, AbortSignal.timeout(connectMs))
  }

  async hangUp(): Promise<void> {
    const ends = [this.#source, this.#target]
    this.#source = null
    this.#target = null
    await Promise.all(ends.map((end) => end?.close()))
  }
}
