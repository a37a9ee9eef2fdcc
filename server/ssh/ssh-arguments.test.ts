import { describe, expect, test } from 'vitest'

import { parseLibvirtUri } from './libvirt-uri.ts'
import { remoteCommand, sshOptions, sshProgram } from './ssh-arguments.ts'
import { TransportFailure } from './transport-failure.ts'

const ssh = (text: string) => parseLibvirtUri(text).ssh!

describe('arguments of ssh', () => {
  test('are strict, batch, and never name the host', () => {
    const options = sshOptions(ssh('qemu+ssh://root@alpha:2222/system?keyfile=/k'), {
      knownHostsFile: '/data/known hosts',
    })
    expect(options).toContain('BatchMode=yes')
    expect(options).toContain('StrictHostKeyChecking=yes')
    expect(options).toContain('ForwardAgent=no')
    expect(options).toContain(
      'GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2 "/data/known hosts"',
    )
    expect(options.slice(-6)).toEqual(['-i', '/k', '-p', '2222', '-l', 'root'])
    expect(options.join(' ')).not.toContain('alpha')
    expect(options.join(' ')).not.toContain('UserKnownHostsFile')
  })

  test('a command in the URI runs only where it was allowed', () => {
    expect(sshProgram(null, {})).toBe('ssh')
    expect(() => sshProgram('/bin/evil', {})).toThrow(TransportFailure)
    expect(sshProgram('/lab/ssh', { allowedCommands: ['/lab/ssh'] })).toBe('/lab/ssh')
  })
})

describe('the command on the host', () => {
  test.each([
    ['qemu+ssh://h/system', /virt-ssh-helper qemu:\/\/\/system; else .*nc/],
    ['qemu+ssh://h/session', /virt-ssh-helper qemu:\/\/\/session/],
    [
      'qemu+ssh://h/system?proxy=native',
      /^sh -c 'exec virt-ssh-helper qemu:\/\/\/system'$/,
    ],
    ['qemu+ssh://h/system?proxy=netcat', /exec nc -U \/var\/run\/libvirt\/libvirt-sock/],
    ['qemu+ssh://h/system?socket=/run/x', /exec nc -U \/run\/x/],
    ['qemu+ssh://h/system?socket=/run/x&netcat=/bin/ncat', /exec \/bin\/ncat -U \/run\/x/],
    ['test+ssh://h/default', /virt-ssh-helper test:\/\/\/default/],
  ])('%s', (text, pattern) => {
    const command = remoteCommand(parseLibvirtUri(text))
    expect(command).toMatch(pattern)
    // One pair of quotes around the whole: nothing in it may end them.
    expect(command.match(/'/g)).toHaveLength(2)
  })
})
