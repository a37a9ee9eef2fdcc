import { ProblemError } from '../contract/problem.ts'

const shape =
  /^qemu\+(ssh|libssh2?|tls|tcp):\/\/(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/(system|session)(?:\?([^#\s]*))?$/
/** Parameters that name no program: `command` and `netcat` would be run as root on the source. */
const harmless = new Set([
  'keyfile',
  'known_hosts',
  'known_hosts_verify',
  'no_tty',
  'no_verify',
  'pkipath',
  'proxy',
  'sshauth',
  'mode',
  'socket',
])

/**
 * Checks a URI that the source's daemon will open: it runs ssh as root, so nothing in it may become an
 * option or a program.
 *
 * @throws ProblemError invalid
 */
export function checkPeerUri(uri: string): void {
  const match = shape.exec(uri)
  const query = (match?.[3] ?? '')
    .split(/[&;]/)
    .filter(Boolean)
    .map((part) => part.split('=')[0] ?? '')
  const bad = query.find((name) => !harmless.has(name))
  if (match && !bad) return
  throw new ProblemError('invalid', {
    detail: bad
      ? `The parameter “${bad}” is not allowed in the URI of the target.`
      : 'The URI of the target is not one of qemu+ssh, qemu+tls or qemu+tcp with a plain host name.',
    issues: [{ path: 'options.peerUri', message: 'not allowed' }],
  })
}
