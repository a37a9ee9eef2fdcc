import type {
  MigrationControl,
  MigrationControls,
  MigrationDetail,
  MigrationOptions,
  MigrationPhase,
} from '../contract/migration.ts'
import { virshLine } from '../contract/virsh-line.ts'

type Blocked = MigrationControls[keyof MigrationControls]

interface ControlFacts {
  options: MigrationOptions | null
  connected: boolean
  postCopyFailed: boolean
}

/** Which controls are possible now; each with the reason why not. */
export function controlsOf(
  phase: MigrationPhase,
  { options, connected, postCopyFailed }: ControlFacts,
): MigrationDetail['controls'] {
  const sending = phase === 'perform'
  const after = phase === 'post-copy'
  const when = (possible: boolean, otherwise: Blocked): Blocked =>
    !possible ? otherwise : connected ? null : 'host-offline'
  return {
    bandwidth: when(sending || (after && !postCopyFailed), 'not-running'),
    downtime: when(sending, after ? 'no-way-back' : 'not-running'),
    throttle: when(
      sending && options?.autoConverge != null,
      sending ? 'not-asked-for' : after ? 'no-way-back' : 'not-running',
    ),
    'post-copy': when(
      sending && options?.postCopy === true,
      sending ? 'not-asked-for' : after ? 'no-way-back' : 'not-running',
    ),
    abort: when(sending, after ? 'no-way-back' : 'not-running'),
    resume: when(postCopyFailed, 'not-failed'),
  }
}

/** The same as a virsh line. */
export function controlLine(
  request: Exclude<MigrationControl, { control: 'resume' }>,
  uri: string,
  domain: { name: string; uuid: string },
): string {
  switch (request.control) {
    case 'bandwidth':
      return virshLine(
        uri,
        'migrate-setspeed',
        domain,
        String(request.mibPerSecond),
        ...(request.postCopy ? ['--postcopy'] : []),
      )
    case 'downtime':
      return virshLine(uri, 'migrate-setmaxdowntime', domain, String(request.ms))
    case 'throttle':
      return virshLine(
        uri,
        'qemu-monitor-command',
        domain,
        JSON.stringify({
          execute: 'migrate-set-parameters',
          arguments: {
            'cpu-throttle-increment': request.incrementPercent,
            'max-cpu-throttle': request.maxPercent,
          },
        }),
      )
    case 'post-copy':
      return virshLine(uri, 'migrate-postcopy', domain)
    case 'abort':
      return virshLine(uri, 'domjobabort', domain)
  }
}

/** What was asked for, with its unit. */
export function controlValue(request: MigrationControl): string | null {
  switch (request.control) {
    case 'bandwidth':
      return `${request.mibPerSecond} MiB/s${request.postCopy ? ' (post-copy)' : ''}`
    case 'downtime':
      return `${request.ms} ms`
    case 'throttle':
      return `+${request.incrementPercent} % up to ${request.maxPercent} %`
    default:
      return null
  }
}
