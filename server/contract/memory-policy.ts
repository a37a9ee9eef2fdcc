import { z } from 'zod'

import { domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { reclaimWhy } from './reclaim.ts'

/** More than any machine has. KiB (4 PiB). */
const kibSetting = z
  .number()
  .int()
  .positive()
  .max(2 ** 42)
const kib = z.number().nonnegative()

/**
 * - `off`: nothing
 * - `dry-run`: reckons on live data and writes down what it would do; no guest is touched
 * - `on`: does it
 */
export const policyMode = z.enum(['off', 'dry-run', 'on'])
export type PolicyMode = z.infer<typeof policyMode>

/** What a host is to keep free, and whether somebody sees to it. */
export const hostPolicy = z.strictObject({
  mode: policyMode,
  keepFreeKiB: kibSetting.describe('free, buffers and page cache of the host'),
})
export type HostPolicy = z.infer<typeof hostPolicy>

/** How one domain takes part. */
export const domainPolicy = z
  .strictObject({
    mode: z.enum(['host', ...policyMode.options]).describe('host: as its host has it'),
    minimumKiB: kibSetting.nullable().describe('never taken below; null = the safe floor'),
    maximumKiB: kibSetting
      .nullable()
      .describe('never given more; null = what it had before the policy took'),
    shares: z
      .number()
      .int()
      .min(0)
      .max(50_000)
      .describe('twice the shares: half as much is taken; 0 = never'),
  })
  .refine(
    ({ minimumKiB, maximumKiB }) =>
      minimumKiB === null || maximumKiB === null || minimumKiB <= maximumKiB,
    { message: 'The minimum is above the maximum', path: ['minimumKiB'] },
  )
export type DomainPolicy = z.infer<typeof domainPolicy>

/** What a host has while nobody set anything: off. */
export const usualHostPolicy: HostPolicy = { mode: 'off', keepFreeKiB: 4 * 1024 * 1024 }
export const usualDomainPolicy: DomainPolicy = {
  mode: 'host',
  minimumKiB: null,
  maximumKiB: null,
  shares: 1000,
}

/** Why the policy moves a balloon; keys of the catalogue `policy.why.*`. */
export const policyStepWhy = z.enum([
  'host-short',
  'guest-pressure',
  'guest-silent',
  'host-has-room',
])
export type PolicyStepWhy = z.infer<typeof policyStepWhy>

/** One move, or what would have been one. */
export const policyStep = z.object({
  id: z.number().int(),
  atMs: z.number(),
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  mode: z.enum(['dry-run', 'on']),
  why: policyStepWhy,
  fromKiB: kib,
  toKiB: kib,
  availableKiB: kib.describe(
    'what the host had then; in a dry run with what it would have',
  ),
  outcome: z.enum(['shown', 'done', 'failed']),
  detail: z.string().nullable().describe('why it failed'),
})
export type PolicyStep = z.infer<typeof policyStep>

export const policyDomain = z.object({
  uuid: domainUuid,
  name: z.string(),
  state: domainState,
  settings: domainPolicy,
  mode: policyMode.describe('in force: its own, or that of its host'),
  nowKiB: kib.nullable(),
  usedKiB: kib.nullable(),
  floorKiB: kib.nullable(),
  maximumKiB: kib.describe('of the domain itself'),
  pressure: z.number().nullable(),
  shadowKiB: kib.nullable().describe('dry-run: what it would have by now'),
  takenKiB: kib.describe(
    'what the policy took, or would have taken, and has not given back',
  ),
  heldUntilMs: z
    .number()
    .nullable()
    .describe('left alone until then, because somebody resized it by hand'),
  why: z
    .union([reclaimWhy, z.literal('held'), z.literal('resting')])
    .nullable()
    .describe('why nothing is taken from it now; null = it could give'),
})
export type PolicyDomain = z.infer<typeof policyDomain>

/** All of the policy of one host, as its page shows it. */
export const policyDetail = z.object({
  host: hostSlug,
  settings: hostPolicy,
  paused: z.enum(['host-offline', 'stale']).nullable(),
  active: z.boolean().describe('it is in force for at least one domain'),
  totalKiB: kib.nullable(),
  availableKiB: kib.nullable(),
  dryAvailableKiB: kib
    .nullable()
    .describe('dry-run: what the host would have by now; null = no dry run'),
  domains: z.array(policyDomain),
  steps: z.array(policyStep).describe('the newest first'),
})
export type PolicyDetail = z.infer<typeof policyDetail>

/** Who asks for what a policy does, in resizes and audit lines. */
export const policyName = 'policy'

/** How many steps are kept of one host, and shown. */
export const policyStepsKept = 200
