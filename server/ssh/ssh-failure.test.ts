import { describe, expect, test } from 'vitest'

import { classifySshExit, lastWords } from './ssh-failure.ts'
import { TransportFailure } from './transport-failure.ts'

/* What OpenSSH 9.2, virt-ssh-helper 9.0 and nc say, as recorded. */
const failed = (stderr: string, code: number | null = 255, signal: string | null = null) =>
  classifySshExit({ code, signal, stderr, sawOutput: false })

describe('an ssh that ends before the daemon speaks', () => {
  test.each([
    [
      'unknown-key',
      'No ED25519 host key is known for [127.0.0.1]:2222 and you have requested strict checking.\r\nHost key verification failed.',
    ],
    [
      'changed-key',
      '@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@\nHost key verification failed.',
    ],
    [
      'denied',
      'Warning: Permanently added x\nroot@10.0.0.1: Permission denied (publickey,password).',
    ],
    [
      'denied',
      'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures',
    ],
    ['refused', 'ssh: connect to host 127.0.0.1 port 1: Connection refused'],
    [
      'unresolved',
      'ssh: Could not resolve hostname nowhere.invalid: Name or service not known',
    ],
    ['timeout', 'ssh: connect to host 10.77.0.9 port 22: Connection timed out'],
    ['timeout', 'Connection timed out during banner exchange'],
    ['unreachable', 'ssh: connect to host 10.9.9.9 port 22: No route to host'],
    ['unreachable', 'ssh: connect to host fe80::1 port 22: Network is unreachable'],
    ['ssh-config', '/root/.ssh/config: line 1: Bad configuration option: nonsense'],
    ['ssh-config', 'Bad owner or permissions on /root/.ssh/config'],
    ['closed', 'kex_exchange_identification: Connection closed by remote host'],
    ['closed', 'Connection closed by 10.0.0.1 port 22'],
    ['unknown', 'something that nobody has ever seen'],
    ['unknown', ''],
  ])('255, %s: %s', (code, stderr) => {
    expect(failed(stderr)).toBe(code)
  })

  test.each([
    [
      'no-permission',
      1,
      "virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied",
    ],
    [
      'no-libvirt',
      1,
      "virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory",
    ],
    [
      'no-libvirt',
      1,
      "virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': Connection refused",
    ],
    ['no-libvirt', 1, 'nc: unix connect failed: No such file or directory'],
    ['no-permission', 1, 'nc: /var/run/libvirt/libvirt-sock: Permission denied'],
    ['helper-missing', 127, 'BALLAST-NO-RELAY'],
    ['helper-missing', 127, 'sh: 1: virt-ssh-helper: not found'],
    ['helper-missing', 1, "nc: invalid option -- 'U'"],
    ['no-libvirt', 0, ''],
    ['unknown', 1, 'This account is currently not available.'],
  ] as const)('%s: exit %i, %s', (code, exit, stderr) => {
    expect(failed(stderr, exit)).toBe(code)
  })

  test('killed by a signal', () => {
    expect(failed('', null, 'SIGKILL')).toBe('closed')
  })
})

describe('an ssh that ends later', () => {
  test.each([
    ['closed', 'Connection to alpha closed by remote host.'],
    ['closed', 'could not proxy traffic: internal error: EOF on stdin'],
    ['timeout', 'Timeout, server alpha not responding.'],
    ['closed', 'Permission denied (publickey)'],
  ])('%s: %s', (code, stderr) => {
    expect(classifySshExit({ code: 255, signal: null, stderr, sawOutput: true })).toBe(code)
  })
})

test('what is shown of standard error is short and clean', () => {
  const stderr = 'Warning: Permanently added x\na\r\nb\u001b[31m\n@@@@@\n\nc\nd\n'
  expect(lastWords(stderr)).toBe('b [31m\nc\nd')
  expect(lastWords('x'.repeat(9_000))).toHaveLength(500)
})

test('every failure has words, advice and a policy', () => {
  const failure = new TransportFailure('changed-key')
  expect(failure.message).not.toBe('')
  expect(failure.advice).not.toBe('')
  expect(failure.retry).toBe(false)
  expect(new TransportFailure('timeout').retry).toBe(true)
})
