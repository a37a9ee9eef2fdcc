import { z } from 'zod'

/** What a guest's shortage of memory is read from; keys of the catalogue `memory.pressure.signal.*`. */
export const pressureSignal = z.enum([
  'usable',
  'swap-in',
  'swap-out',
  'major-faults',
  'vcpu-wait',
])
export type PressureSignal = z.infer<typeof pressureSignal>

/** How urgent it is. `pressed` stops a shrink, and turns it back. */
export const pressureLevel = z.enum(['calm', 'tight', 'pressed'])
export type PressureLevel = z.infer<typeof pressureLevel>

export const pressureReason = z.object({
  signal: pressureSignal,
  score: z.number().int().min(0).max(100).describe('what this signal alone would give'),
  value: z
    .number()
    .describe(
      'usable: percent of the guest; swap: KiB/s; faults: per second; wait: percent',
    ),
})
export type PressureReason = z.infer<typeof pressureReason>

/** How short of memory a guest is, and by what it shows; see server/memory/pressure.ts. */
export const pressure = z.object({
  score: z.number().int().min(0).max(100),
  level: pressureLevel,
  reasons: z.array(pressureReason).describe('the strongest first'),
})
export type Pressure = z.infer<typeof pressure>

/** The same in a row of the fleet table: the strongest reason only. */
export const rowPressure = pressure.omit({ reasons: true }).extend({
  signal: pressureSignal.nullable(),
})
export type RowPressure = z.infer<typeof rowPressure>
