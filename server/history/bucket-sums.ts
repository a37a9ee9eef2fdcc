import { bucketFigures, seriesMetrics } from '../store/history/history-store.ts'

/** Gathers the samples of one series in one bucket. */
export class BucketSums {
  readonly #least = new Float64Array(seriesMetrics).fill(Infinity)
  readonly #most = new Float64Array(seriesMetrics).fill(-Infinity)
  readonly #sum = new Float64Array(seriesMetrics)
  readonly #count = new Float64Array(seriesMetrics)

  /** NaN adds nothing. */
  add(values: Float64Array): void {
    for (let metric = 0; metric < seriesMetrics; metric++) {
      const value = values[metric]!
      if (!(value >= 0)) continue
      if (value < this.#least[metric]!) this.#least[metric] = value
      if (value > this.#most[metric]!) this.#most[metric] = value
      this.#sum[metric]! += value
      this.#count[metric]! += 1
    }
  }

  /** Null when there was nothing at all. */
  figures(): Float64Array | null {
    const figures = new Float64Array(bucketFigures).fill(Number.NaN)
    let some = false
    for (let metric = 0; metric < seriesMetrics; metric++) {
      const count = this.#count[metric]!
      if (count === 0) continue
      some = true
      figures[metric * 3] = this.#least[metric]!
      figures[metric * 3 + 1] = this.#sum[metric]! / count
      figures[metric * 3 + 2] = this.#most[metric]!
    }
    return some ? figures : null
  }
}
