import type { PressureLevel } from '../../server/contract/pressure.ts'
import type { Tone } from '../ui/tone.ts'

/** What colour a guest's shortage of memory has, wherever it is shown. */
export const pressureTones: Record<PressureLevel, Tone> = {
  calm: 'neutral',
  tight: 'warn',
  pressed: 'danger',
}
