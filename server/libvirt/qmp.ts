import { qmpText } from '../contract/monitor.ts'
import type { QmpCommand } from '../contract/monitor.ts'
import type { QmpValue } from '../contract/qmp-json.ts'
import { formatQmpJson, parseQmpJson } from '../contract/qmp-json.ts'
import * as qemu from '../rpc/procedures/qemu.ts'
import { qmpCommands } from './qmp-commands.ts'
import type { SendQmp } from './qmp-commands.ts'
import { QmpError } from './qmp-error.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef } from './session.ts'

export type { QmpCommand } from '../contract/monitor.ts'
export type { QmpValue } from '../contract/qmp-json.ts'
export { QmpError } from './qmp-error.ts'

/** Flag of DOMAIN_MONITOR_COMMAND: the text is a line for the human monitor. */
const HMP = 1

/**
 * The monitor of a running domain. Each use marks the domain as tainted and takes its job
 * lock; refused on a read-only connection.
 */
export function monitorMethods(session: Session) {
  const { call } = session
  const qmp: SendQmp = async (uuid, command, options) => {
    const args = { dom: domainRef(uuid), cmd: qmpText(command), flags: 0 }
    return qmpResult((await call(qemu.domainMonitorCommand, args, options)).result)
  }
  return {
    /** QEMU's answer as text, with whatever it says: `{"return": …}` or `{"error": …}`. */
    async raw(uuid: string, command: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), cmd: command, flags: 0 }
      return (await call(qemu.domainMonitorCommand, args, options)).result
    },
    /** Value of `return`. Throws QmpError when QEMU refuses. */
    qmp,
    /** The commands that Ballast itself uses, typed. */
    ...qmpCommands(qmp),
    /** What the human monitor prints; its errors are text like any other. */
    async hmp(uuid: string, line: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), cmd: line, flags: HMP }
      return (await call(qemu.domainMonitorCommand, args, options)).result
    },
    /** A guest agent command. Blocks the agent for at most `timeoutSeconds`. */
    async agent(
      uuid: string,
      command: QmpCommand,
      timeoutSeconds = 5,
      options?: CallOptions,
    ): Promise<QmpValue> {
      const args = {
        dom: domainRef(uuid),
        cmd: formatQmpJson({ ...command }),
        timeout: timeoutSeconds,
        flags: 0,
      }
      return qmpResult((await call(qemu.domainAgentCommand, args, options)).result ?? '{}')
    },
  }
}

/**
 * Value of `return` in an answer of QEMU; throws QmpError for `error` and for nonsense. Who only
 * wants to know which it is parses large answers quicker with JSON.parse.
 */
export function qmpResult(
  text: string,
  parse: (text: string) => QmpValue = parseQmpJson,
): QmpValue {
  let answer: QmpValue
  try {
    answer = parse(text)
  } catch (cause) {
    throw new QmpError('InvalidAnswer', 'QEMU did not answer with JSON', { cause })
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new QmpError('InvalidAnswer', 'QEMU did not answer with an object')
  }
  const error = answer['error']
  if (typeof error === 'object' && error !== null && !Array.isArray(error)) {
    throw new QmpError(String(error['class']), String(error['desc']))
  }
  return answer['return'] ?? null
}

export type Monitor = ReturnType<typeof monitorMethods>
