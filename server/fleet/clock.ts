/** Time as the fleet sees it: handed in, so that tests can step it. */
export interface Clock {
  /** Epoch ms: for what people read. May jump. */
  wallMs(): number
  /** Only ever grows: for ages, rates and deadlines. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}
