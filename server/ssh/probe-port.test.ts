import { createServer } from 'node:net'

import { expect, test } from 'vitest'

import { createProbePort, readNetcat } from './probe-port.ts'

test.each([
  [0, 'Connection to beta 49152 port [tcp/*] succeeded!', 'open'],
  [1, 'nc: connect to beta port 49152 (tcp) failed: Connection refused', 'open'],
  [
    1,
    'nc: connect to beta port 49152 (tcp) timed out: Operation now in progress',
    'closed',
  ],
  [1, 'nc: getaddrinfo for host "beta" port 49152: Name or service not known', 'closed'],
  [1, 'Ncat: No route to host.', 'closed'],
  [127, 'sh: nc: command not found', 'unknown'],
  [255, 'Permission denied (publickey).', 'unknown'],
  [null, '', 'unknown'],
] as const)('netcat ending with %s “%s” means %s', (code, words, means) => {
  expect(readNetcat(code, words)).toBe(means)
})

test('a name that a shell would take for something else is not tried', async () => {
  const probe = createProbePort({ sshCommand: '/bin/false' })
  expect(await probe('qemu+ssh://root@alpha/system', 'x; reboot', 49_152)).toBe('unknown')
  expect(await probe('qemu+ssh://root@alpha/system', '-oProxyCommand=x', 1)).toBe('unknown')
})

test('from this machine it is tried here', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    expect(await createProbePort({})('qemu:///system', '127.0.0.1', port)).toBe('open')
  } finally {
    server.close()
  }
})
