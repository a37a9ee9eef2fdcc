type Listener = () => void

const listeners = new Set<Listener>()
let timer: ReturnType<typeof setTimeout> | undefined
let offsetMs = 0

/*
 * One timer for everything on the page that shows an age. It fires just after each full second and
 * stops when nobody looks.
 */
function schedule(): void {
  timer = setTimeout(
    () => {
      for (const listener of listeners) listener()
      schedule()
    },
    1000 - (Date.now() % 1000) + 5,
  )
}

/** Calls back once per second until the returned function is called. */
export function onSecond(listener: Listener): () => void {
  listeners.add(listener)
  if (timer === undefined) schedule()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearTimeout(timer)
      timer = undefined
    }
  }
}

/** Server time minus browser time, so that ages are right under a wrong browser clock. */
export function setClockOffsetMs(value: number): void {
  offsetMs = value
}

/** The server's time now, in epoch ms. */
export function serverNowMs(): number {
  return Date.now() + offsetMs
}

/** The server's time in whole seconds: the same value within one second, as a store snapshot must be. */
export function serverSecondMs(): number {
  return Math.floor(serverNowMs() / 1000) * 1000
}
