import { roleAllows } from '../contract/account.ts'
import type { Role } from '../contract/account.ts'
import {
  cleanHmpLine,
  hmpOnlyLooks,
  maskedHmp,
  maskedQmp,
  parseQmpCommand,
  qmpOnlyLooks,
  qmpText,
} from '../contract/monitor.ts'
import type {
  HmpRequest,
  MonitorAnswer,
  QmpMistake,
  QmpRequest,
} from '../contract/monitor.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { QmpError, qmpResult } from '../libvirt/qmp.ts'
import type { Change } from './change.ts'
import type { HostLink } from './host-link.ts'
import { problemOf } from './link-error.ts'
import { linkOf } from './memory-actions.ts'
import type { Subject } from './memory-actions.ts'

/** Who asks, and for which domain they confirmed it. */
interface Asker {
  role: Role
  confirm?: string | undefined
}

const mistakes: Record<QmpMistake, string> = {
  notJson: 'The command is not JSON',
  notObject: 'A command is an object: {"execute": "…", "arguments": {…}}',
  noExecute: 'The command has no "execute" with the name of a command',
  unknownMember: 'Besides "execute" and "arguments" there can be nothing',
  argumentsNotObject: '"arguments" has to be an object',
  tooDeep: 'The command is nested too deeply',
}

/**
 * Sends a QMP command. What goes to QEMU is written anew from what was read, so that what was judged
 * and what is sent cannot differ.
 *
 * @throws ProblemError forbidden, not_confirmed, not_running; qemu_refused with QEMU's own error
 */
export async function sendQmp(
  subject: Subject,
  { command: typed, ...asker }: QmpRequest & { role: Role },
): Promise<Change<MonitorAnswer>> {
  const { host, uri } = subject.agent.record
  const parsed = parseQmpCommand(typed)
  if (!parsed.ok) {
    // Not the engine's own words: they quote what was typed, which may be a secret.
    const at = /position \d+/.exec(parsed.detail)?.[0]
    const detail = mistakes[parsed.mistake] + (at ? ` (${at})` : '')
    const issues = [{ path: 'command', message: detail }]
    throw new ProblemError('invalid', { host, detail, issues })
  }
  const command = virshLine(
    uri,
    'qemu-monitor-command',
    subject.domain,
    '--pretty',
    qmpText(maskedQmp(parsed.command)),
  )
  checkAsker(subject, asker, qmpOnlyLooks(parsed.command), command)
  const answer = await asked(subject, command, (link, uuid) =>
    link.qmp(uuid, qmpText(parsed.command)),
  )
  try {
    qmpResult(answer, JSON.parse)
  } catch (error) {
    throw monitorProblem(error, { host, command })
  }
  return { result: { answer, command }, command }
}

/**
 * Sends a line to the human monitor, which answers everything with text.
 *
 * @throws ProblemError forbidden, not_confirmed, not_running
 */
export async function sendHmp(
  subject: Subject,
  { line: typed, ...asker }: HmpRequest & { role: Role },
): Promise<Change<MonitorAnswer>> {
  const { host, uri } = subject.agent.record
  const line = cleanHmpLine(typed)
  if (line === null) {
    const detail = 'A line of the human monitor is one line without control characters'
    throw new ProblemError('invalid', {
      host,
      detail,
      issues: [{ path: 'line', message: detail }],
    })
  }
  const command = virshLine(
    uri,
    'qemu-monitor-command',
    subject.domain,
    '--hmp',
    maskedHmp(line),
  )
  checkAsker(subject, asker, hmpOnlyLooks(line), command)
  const answer = await asked(subject, command, (link, uuid) => link.hmp(uuid, line))
  return { result: { answer, command }, command }
}

/** What may change something needs an admin who wrote the domain's name. */
function checkAsker(
  { agent, domain }: Subject,
  { role, confirm }: Asker,
  onlyLooks: boolean,
  command: string,
): void {
  if (onlyLooks) return
  const { host } = agent.record
  if (!roleAllows(role, 'admin')) {
    throw new ProblemError('forbidden', {
      host,
      command,
      detail: `This may change ${domain.name}: it needs the role admin. An operator may send what only looks: query-…, qom-list, qom-get, info ….`,
      remedy: 'Ask an admin',
    })
  }
  if (confirm === domain.name) return
  throw new ProblemError('not_confirmed', {
    host,
    command,
    detail: `This may change ${domain.name}, or end it.`,
    remedy: `Send it with confirm: "${domain.name}"`,
  })
}

async function asked(
  { agent, domain }: Subject,
  command: string,
  ask: (link: HostLink, uuid: string) => Promise<string>,
): Promise<string> {
  const { host } = agent.record
  const link = linkOf(agent)
  if (!domain.active) {
    throw new ProblemError('not_running', {
      host,
      command,
      detail: `Domain ${domain.name} is not running, so it has no monitor.`,
      remedy: 'Start it first.',
    })
  }
  try {
    return await ask(link, domain.uuid)
  } catch (error) {
    throw monitorProblem(error, { host, command })
  }
}

/** QEMU's own error unchanged, anything else as everywhere. */
export function monitorProblem(
  error: unknown,
  where: { host: string; command?: string },
): ProblemError {
  if (!(error instanceof QmpError)) return problemOf(error, where)
  return new ProblemError('qemu_refused', {
    ...where,
    detail: `${error.errorClass}: ${error.message}`,
    qemu: { class: error.errorClass, desc: error.message },
    cause: error,
  })
}
