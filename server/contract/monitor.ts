import { z } from 'zod'

import { formatQmpJson, parseQmpJson } from './qmp-json.ts'
import type { QmpValue } from './qmp-json.ts'

/** Longest command, in characters. */
export const maxCommandLength = 64 * 1024
/** How many QMP events a page keeps. */
export const maxQmpEvents = 200
const maxDepth = 64

const confirm = z
  .string()
  .max(256)
  .optional()
  .describe("the domain's name: needed by everything that may change something")

export const qmpRequest = z.strictObject({
  command: z
    .string()
    .min(1)
    .max(maxCommandLength)
    .describe('JSON text, so that integers of 64 bits arrive whole'),
  confirm,
})
export type QmpRequest = z.infer<typeof qmpRequest>

export const hmpRequest = z.strictObject({
  line: z.string().min(1).max(4096),
  confirm,
})
export type HmpRequest = z.infer<typeof hmpRequest>

/** What QEMU answered, unchanged: JSON text of QMP, or the text of the human monitor. */
export const monitorAnswer = z.object({
  answer: z.string(),
  command: z.string().describe('the equivalent virsh line, secrets masked'),
})
export type MonitorAnswer = z.infer<typeof monitorAnswer>

/** One argument of a command, as far as completion needs it. */
export const qmpArgument = z.object({
  name: z.string(),
  type: z.string().describe('such as str, int, [str], or the name of an enumeration'),
  optional: z.boolean(),
  values: z.array(z.string()).describe('all that may stand there; empty = anything'),
})
export const qmpSchema = z.object({
  version: z.string().describe('of the running QEMU'),
  commands: z.array(z.object({ name: z.string(), arguments: z.array(qmpArgument) })),
  events: z.array(z.string()),
})
export type QmpSchema = z.infer<typeof qmpSchema>

export const qmpEvent = z.object({
  id: z.number().int(),
  name: z.string(),
  atMs: z.number(),
  details: z.string().nullable().describe('JSON text, cut at 4 KiB'),
})
export type QmpEvent = z.infer<typeof qmpEvent>
export const qmpEvents = z.object({
  watching: z.boolean().describe('false = the host does not tell them now'),
  failure: z.string().nullable().describe('why not, in the words of libvirt'),
  events: z.array(qmpEvent).max(maxQmpEvents).describe('oldest first'),
  dropped: z.number().int().describe('older ones that are not kept any more'),
})
export type QmpEvents = z.infer<typeof qmpEvents>

/** A command that can be sent: nothing else of what was typed goes to QEMU. */
export interface QmpCommand {
  execute: string
  arguments?: { [name: string]: QmpValue }
}

/** Keys of the catalogue `monitor.wrong.*`. */
export type QmpMistake =
  | 'notJson'
  | 'notObject'
  | 'noExecute'
  | 'unknownMember'
  | 'argumentsNotObject'
  | 'tooDeep'

export type ParsedQmp =
  | { ok: true; command: QmpCommand }
  | { ok: false; mistake: QmpMistake; detail: string }

/** Reads a QMP command as it was typed. `id` is left out: libvirt gives each command its own. */
export function parseQmpCommand(text: string): ParsedQmp {
  let value: QmpValue
  try {
    value = parseQmpJson(text)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, mistake: 'notJson', detail }
  }
  if (!isObject(value)) return wrong('notObject')
  if (deeperThan(value, maxDepth)) return wrong('tooDeep')
  const { execute, arguments: args, id: _id, ...rest } = value
  if (typeof execute !== 'string' || execute === '') return wrong('noExecute')
  const [stray] = Object.keys(rest)
  if (stray !== undefined) return wrong('unknownMember', stray)
  if (args === undefined) return { ok: true, command: { execute } }
  if (!isObject(args)) return wrong('argumentsNotObject')
  return { ok: true, command: { execute, arguments: args } }
}

function wrong(mistake: QmpMistake, detail = ''): ParsedQmp {
  return { ok: false, mistake, detail }
}

function isObject(value: QmpValue | undefined): value is { [name: string]: QmpValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function deeperThan(value: QmpValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((member) => deeperThan(member, levels - 1))
}

/** The command as it is sent. */
export function qmpText({ execute, arguments: args }: QmpCommand): string {
  return formatQmpJson(args ? { execute, arguments: args } : { execute })
}

/** Commands that only look, by their exact names; `query-…` by QEMU's own convention. */
const lookingCommands: ReadonlySet<string> = new Set([
  'qom-list',
  'qom-get',
  'qom-list-types',
  'qom-list-properties',
  'device-list-properties',
])

/**
 * Whether an operator may send it: it changes nothing and reads no secret. What is not known to be
 * harmless is not; the experimental `x-query-…` are not either.
 */
export function qmpOnlyLooks({ execute, arguments: args }: QmpCommand): boolean {
  if (/^query-[a-z0-9-]+$/.test(execute)) return true
  if (!lookingCommands.has(execute)) return false
  const property = args?.['property']
  return execute !== 'qom-get' || typeof property !== 'string' || !isSecretName(property)
}

/** The same for a line of the human monitor: `info …` alone. */
export function hmpOnlyLooks(line: string): boolean {
  return /^info( [^\p{Cc}]*)?$/u.test(line.trim())
}

/** One line without control characters; null = it cannot be sent. */
export function cleanHmpLine(line: string): string | null {
  const text = line.trim()
  return text === '' || /\p{Cc}/u.test(text) ? null : text
}

export const maskedSecret = '***'

/** Names of what nobody should read in a log. `password-secret` and its like name an id. */
const secretNames =
  /^(.*[-_.])?(passw(or)?d|passphrase|pass|secret|data|rawdata|token|key|keys|events|packet-header|credentials?)$/i
const idNames = /-(secret|key)$/i

function isSecretName(name: string): boolean {
  return secretNames.test(name) && !idNames.test(name)
}

/** The command with secrets replaced, for logs, histories and the virsh line. */
export function maskedQmp({ execute, arguments: args }: QmpCommand): QmpCommand {
  if (!args) return { execute }
  const masked = maskMembers(args)
  const line = args['command-line']
  if (typeof line === 'string') masked['command-line'] = maskedHmp(line)
  // qom-set names what it sets beside the value.
  const property = args['property']
  if (execute === 'qom-set' && typeof property === 'string' && isSecretName(property)) {
    masked['value'] = maskedSecret
  }
  return { execute, arguments: masked }
}

function maskMembers(members: { [name: string]: QmpValue }): { [name: string]: QmpValue } {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      isSecretName(name) ? maskedSecret : maskValue(value),
    ]),
  )
}

function maskValue(value: QmpValue): QmpValue {
  if (Array.isArray(value)) return value.map(maskValue)
  if (typeof value === 'string') return maskText(value)
  return isObject(value) ? maskMembers(value) : value
}

/** Lines of the human monitor whose rest is a secret, whatever it looks like. */
const secretLines = /^(set_password\s+\S+|change\s+vnc\s+password|sendkey)\s+.+$/isu

/** The line with secrets replaced. */
export function maskedHmp(line: string): string {
  const text = line.trim()
  const start = secretLines.exec(text)?.[1]
  if (start !== undefined) return `${start} ${maskedSecret}`
  const [, set, property] = /^(qom-set\s+\S+\s+(\S+))\s/s.exec(text) ?? []
  if (set && property && isSecretName(property)) return `${set} ${maskedSecret}`
  return maskText(text)
}

/** `key=…` of QEMU's option strings, and `"key": "…"` of JSON within them. */
function maskText(text: string): string {
  return text
    .replaceAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,:\s]*)/g, (whole, name: string) =>
      isSecretName(name) ? `${name}=${maskedSecret}` : whole,
    )
    .replaceAll(/"([\w.-]+)"\s*:\s*"(?:[^"\\]|\\.)*"/g, (whole, name: string) =>
      isSecretName(name) ? `"${name}":"${maskedSecret}"` : whole,
    )
}
