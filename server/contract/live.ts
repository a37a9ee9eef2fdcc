import { z } from 'zod'

import { dirtyRateDetail, dirtyRateSeries } from './dirty-rate.ts'
import { domainDetail, domainUuid, fleetPage, fleetQuery, fleetRow } from './domain.ts'
import { hostDetail, hostSeries, hostSlug, hostSummary } from './host.ts'
import {
  job,
  jobId,
  jobLogLine,
  jobPage,
  jobQuery,
  jobSeries,
  jobSummary,
  jobWithLog,
} from './job.ts'
import { policyDetail } from './memory-policy.ts'
import { memoryDetail, memorySeries } from './memory.ts'
import { qmpEvents } from './monitor.ts'
import { domainNuma, hostNuma } from './numa.ts'
import { consumerOrder, hostMemoryReport } from './overcommit.ts'
import { problem } from './problem.ts'

/*
 * /live: one websocket a browser tab.
 *
 *   browser                                server
 *     subscribe {topic}            ─►
 *                                  ◄─   full  {key, seq: 7, data}      the whole state
 *                                  ◄─   delta {key, seq: 8, data}      what changed since seq 7
 *     (a seq is missing)
 *     subscribe {topic} again      ─►
 *                                  ◄─   full  {key, seq: 12, data}
 *
 * A reader that does not keep up gets no deltas for a while and then one new full frame.
 */

const windowSeconds = z.number().int().min(10).max(900)

export const topic = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('hosts') }),
  z.strictObject({
    name: z.literal('fleet'),
    query: fleetQuery,
    offset: z.number().int().min(0).max(1_000_000),
    limit: z.number().int().min(1).max(200),
  }),
  z.strictObject({ name: z.literal('host'), host: hostSlug, windowSeconds }),
  z.strictObject({ name: z.literal('domain'), host: hostSlug, uuid: domainUuid }),
  z.strictObject({
    name: z.literal('memory'),
    host: hostSlug,
    uuid: domainUuid,
    windowSeconds,
  }),
  z.strictObject({ name: z.literal('qmp-events'), host: hostSlug, uuid: domainUuid }),
  z.strictObject({
    name: z.literal('dirty-rate'),
    host: hostSlug,
    uuid: domainUuid,
    windowSeconds,
    continuous: z
      .boolean()
      .describe('measure without a pause for as long as the topic is open'),
  }),
  z.strictObject({
    name: z.literal('jobs'),
    query: jobQuery,
    offset: z.number().int().min(0).max(1_000_000),
    limit: z.number().int().min(1).max(200),
  }),
  z.strictObject({ name: z.literal('job'), id: jobId }),
  z.strictObject({ name: z.literal('memory-policy'), host: hostSlug }),
  // Hosts as machines: asked of the host for as long as the topic is open.
  z.strictObject({ name: z.literal('host-memory'), host: hostSlug, order: consumerOrder }),
  z.strictObject({ name: z.literal('host-numa'), host: hostSlug }),
  z.strictObject({ name: z.literal('domain-numa'), host: hostSlug, uuid: domainUuid }),
])
export type Topic = z.infer<typeof topic>
export type TopicName = Topic['name']

/** The same topic always has the same key, whatever the order of its properties. */
export function topicKey(value: Topic): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** What is asked of a host may not be there yet, or be old because the host does not answer. */
const notAnswered = problem.nullable().describe('why the host does not tell it now')

/** What a full frame holds, by topic. */
export const topicFull = {
  hosts: z.object({ hosts: z.array(hostSummary) }),
  fleet: fleetPage,
  host: z.object({ host: hostDetail, series: hostSeries }),
  domain: z.object({ domain: domainDetail }),
  memory: z.object({ memory: memoryDetail, series: memorySeries }),
  'qmp-events': qmpEvents,
  'dirty-rate': z.object({ dirtyRate: dirtyRateDetail, measured: dirtyRateSeries }),
  jobs: jobPage,
  job: jobWithLog,
  'memory-policy': z.object({ policy: policyDetail }),
  'host-memory': z.object({ report: hostMemoryReport.nullable(), problem: notAnswered }),
  'host-numa': z.object({ numa: hostNuma.nullable(), problem: notAnswered }),
  'domain-numa': z.object({ domainNuma: domainNuma.nullable(), problem: notAnswered }),
} satisfies Record<TopicName, z.ZodType>

/**
 * What an increment holds, by topic. Objects come whole; rows of the fleet what changed; series only the new points, to be
 * appended (and the oldest beyond the window dropped).
 */
export const topicDelta = {
  hosts: z.object({ upsert: z.array(hostSummary), remove: z.array(hostSlug) }),
  fleet: z.object({
    total: z.number().int(),
    matched: z.number().int(),
    keys: z
      .array(z.string())
      .optional()
      .describe('the keys of the window in order, when that changed'),
    rows: z.array(fleetRow).describe('rows that are new in the window, whole'),
    changes: z
      .array(fleetRow.partial().required({ key: true }))
      .optional()
      .describe('rows that changed: what is another than before, and the key'),
  }),
  host: z.object({ host: hostDetail.optional(), append: hostSeries.optional() }),
  domain: z.object({ domain: domainDetail }),
  memory: z.object({ memory: memoryDetail, append: memorySeries.optional() }),
  'qmp-events': qmpEvents.describe('events: only the new ones'),
  'dirty-rate': z.object({
    dirtyRate: dirtyRateDetail,
    append: dirtyRateSeries.optional(),
  }),
  jobs: z.object({
    total: z.number().int(),
    matched: z.number().int(),
    keys: z
      .array(jobId)
      .optional()
      .describe('the ids of the window in order, when that changed'),
    jobs: z.array(jobSummary).describe('the rows that changed or are new in the window'),
  }),
  job: z.object({
    job,
    log: z.array(jobLogLine).describe('only the new lines'),
    append: jobSeries.optional(),
  }),
  'memory-policy': z.object({ policy: policyDetail }),
  // Of what is asked of hosts the members that changed; the first time all of them.
  'host-memory': z.object({ report: hostMemoryReport.partial(), problem: notAnswered }),
  'host-numa': z.object({
    numa: hostNuma.partial().describe('domains: only those that changed or are new'),
    order: z
      .array(z.string())
      .optional()
      .describe('with domains, but for the first time: the uuids of all of them in order'),
    problem: notAnswered,
  }),
  'domain-numa': z.object({ domainNuma: domainNuma.partial(), problem: notAnswered }),
} satisfies Record<TopicName, z.ZodType>

export type TopicFull<N extends TopicName = TopicName> = {
  [K in N]: z.infer<(typeof topicFull)[K]>
}[N]
export type TopicDelta<N extends TopicName = TopicName> = {
  [K in N]: z.infer<(typeof topicDelta)[K]>
}[N]

export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), topic }),
  z.strictObject({ type: z.literal('unsubscribe'), key: z.string().max(20_000) }),
])
export type ClientMessage = z.infer<typeof clientMessage>

export const serverMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    version: z.string(),
    serverTimeMs: z.number().describe('so that ages are right under a wrong browser clock'),
  }),
  z.object({
    type: z.literal('full'),
    key: z.string(),
    seq: z.number(),
    data: z.unknown(),
  }),
  z.object({
    type: z.literal('delta'),
    key: z.string(),
    seq: z.number(),
    data: z.unknown(),
  }),
  z.object({
    type: z.literal('gone'),
    key: z.string(),
    problem: problem.describe('why the topic ended or never began'),
  }),
  z.object({ type: z.literal('restarting') }),
])
export type ServerMessage = z.infer<typeof serverMessage>

/** Limits of one /live connection; beyond them it is closed with the code beside. */
export const liveLimits = {
  maxFrameBytes: 64 * 1024,
  maxSubscriptions: 64,
  /** Bytes waiting in the socket above which deltas are held back. */
  slowBytes: 256 * 1024,
  /** How long a reader may stay that far behind before it is closed. */
  slowSeconds: 30,
} as const

export const liveClose = {
  restart: 1012,
  badMessage: 4400,
  sessionEnded: 4401,
  tooManySubscriptions: 4429,
  tooSlow: 4408,
} as const

/**
 * Where live data comes from. The fleet implements it, the hub asks it: one handle a topic key,
 * whoever and how many look.
 *
 * @throws ProblemError not_found when the topic's host or domain does not exist
 */
export interface LiveSource {
  open(topic: Topic, listener: LiveListener): LiveHandle
}
export interface LiveListener {
  delta(data: TopicDelta): void
  /** The host or domain behind the topic is gone. */
  gone(reason: string): void
}
export interface LiveHandle {
  /** The whole state now: deltas handed to the listener afterwards apply to it. */
  full(): TopicFull
  close(): void
}
