import { characterOptions } from './character.ts'
import { devicesOptions } from './devices.ts'
import { displayOptions } from './display.ts'
import { guestOptions } from './guest.ts'
import { installOptions } from './install.ts'
import { networkOptions } from './network.ts'
import { storageOptions } from './storage.ts'
import type { OptionSpec } from './table.ts'
import { tuningOptions } from './tuning.ts'

/** Every option with sub-options, by canonical name. */
export const optionSpecs: ReadonlyMap<string, OptionSpec> = new Map(
  [
    ...guestOptions,
    ...tuningOptions,
    ...storageOptions,
    ...networkOptions,
    ...displayOptions,
    ...characterOptions,
    ...devicesOptions,
    ...installOptions,
  ].map((spec) => [spec.name, spec]),
)
