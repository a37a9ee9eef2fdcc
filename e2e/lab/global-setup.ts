import { down, status, up } from './lifecycle.ts'
import { labPlace } from './state.ts'

/** Gives the lab tests their lab. One that was up before stays up; one that was brought up here goes again. */
export async function setup(): Promise<() => Promise<void>> {
  const place = labPlace()
  const before = (await status(place)).state
  await up(place, { say: (line) => process.stderr.write(`lab: ${line}\n`) })
  return async () => {
    if (before === 'down') await down(place)
  }
}
