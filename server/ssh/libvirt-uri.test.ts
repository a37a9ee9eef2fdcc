import { describe, expect, test } from 'vitest'

import { parseLibvirtUri, UriError } from './libvirt-uri.ts'

describe('URIs that are understood', () => {
  test('ssh with everything', () => {
    const uri = parseLibvirtUri(
      'qemu+ssh://root@lab1.example:2222/system?keyfile=/keys/id%5Fa&known_hosts=/k/h&proxy=netcat' +
        '&netcat=/usr/bin/ncat&socket=/run/libvirt/virtqemud-sock&command=/opt/ssh&no_tty=1',
    )
    expect(uri).toMatchObject({
      driver: 'qemu',
      transport: 'ssh',
      path: '/system',
      localUri: 'qemu:///system',
      socket: '/run/libvirt/virtqemud-sock',
      session: false,
      ssh: {
        host: 'lab1.example',
        user: 'root',
        port: 2222,
        keyFile: '/keys/id_a',
        knownHostsFile: '/k/h',
        command: '/opt/ssh',
        netcat: '/usr/bin/ncat',
        proxy: 'netcat',
      },
    })
  })

  test.each([
    ['qemu+ssh://alpha/system', { ssh: { host: 'alpha', user: null, port: null } }],
    ['qemu+ssh://alpha/session', { session: true, localUri: 'qemu:///session' }],
    ['QEMU+SSH://alpha/system', { transport: 'ssh' }],
    ['qemu+ssh://[fe80::1%25eth0]:22/system', { ssh: { host: 'fe80::1%eth0', port: 22 } }],
    ['qemu+ssh://[::1]/system', { ssh: { host: '::1' } }],
    ['qemu+ssh://my_alias-1/system', { ssh: { host: 'my_alias-1' } }],
    ['qemu:///system', { transport: 'local', socket: null, ssh: null }],
    ['qemu:///session', { transport: 'local', session: true }],
    ['qemu+unix:///system', { transport: 'unix' }],
    ['qemu+unix:///system?socket=/tmp/a%20b/sock', { socket: '/tmp/a b/sock' }],
    ['test:///default', { driver: 'test', localUri: 'test:///default' }],
    ['test+unix:///default?socket=/x', { transport: 'unix', socket: '/x' }],
    ['test+ssh://alpha/default', { driver: 'test', transport: 'ssh' }],
  ])('%s', (text, expected) => {
    expect(parseLibvirtUri(text)).toMatchObject({ text, ...expected })
  })
})

describe('URIs that are refused, with the reason', () => {
  const long = `qemu+ssh://${'a'.repeat(10_000)}/system`
  test.each([
    ['', 'empty'],
    ['alpha', 'not a libvirt URI'],
    ['qemu+ssh:alpha', 'not a libvirt URI'],
    ['qemu+ssh://-oProxyCommand=touch%20x/system', 'cannot begin with “-”'],
    ['qemu+ssh://-oProxyCommand=x@host/system', 'cannot begin with “-”'],
    ['qemu+ssh://%2doProxyCommand@host/system', 'cannot begin with “-”'],
    ['qemu+ssh://%2doProxyCommand/system', 'cannot begin with “-”'],
    ['qemu+ssh://ho st/system', 'a space'],
    ['qemu+ssh://host/system\n', 'a line break'],
    ['qemu+ssh://host\u0000/system', 'a control character'],
    ['qemu+ssh://"host"/system', 'the character “"”'],
    ["qemu+ssh://ho'st/system", "the character “'”"],
    ['qemu+ssh://$(reboot)/system', 'the character “$”'],
    ['qemu+ssh://host;reboot/system', 'the character “;”'],
    ['qemu+ssh://`id`/system', 'the character “`”'],
    ['qemu+ssh://host|cat/system', 'the character “|”'],
    ['qemu+ssh://hôte/system', 'the character “ô”'],
    ['qemu+ssh://a&b/system', 'not a host name'],
    ['qemu+ssh://us%3Ber@host/system', 'not a user name'],
    ['qemu+ssh://us%0Aer@host/system', 'control character'],
    ['qemu+ssh://user%zz@host/system', 'broken %-escape'],
    ['qemu+ssh://@host/system', 'empty'],
    ['qemu+ssh://user:secret@host/system', 'Passwords do not belong'],
    ['qemu+ssh:///system', 'names no host'],
    ['qemu+ssh://host', 'has to end in “/system” or “/session”'],
    ['qemu+ssh://host/', 'has to end in'],
    ['qemu+ssh://host/sytem', '“/sytem” is not a path'],
    ['qemu+ssh://host/system/../x', 'is not a path'],
    ['qemu:///embed', 'inside a program'],
    ['qemu+ssh://host:0/system', '“0” is not a port'],
    ['qemu+ssh://host:70000/system', '“70000” is not a port'],
    ['qemu+ssh://host:22x/system', '“22x” is not a port'],
    ['qemu+ssh://host:/system', 'is not a port'],
    ['qemu+ssh://[::g]/system', 'not an IPv6 address'],
    ['qemu+ssh://[::1%25a%3Bb]/system', 'not an IPv6 address'],
    ['qemu://host/system', 'qemu+ssh://host/system'],
    ['http://host/system', '“http” is not a known scheme'],
    ['javascript://host/system', 'is not a known scheme'],
    ['xen+ssh://host/system', 'QEMU hosts only'],
    ['qemu+tls://host/system', 'does not connect by “tls”'],
    ['qemu+libssh2://host/system', 'does not connect by'],
    ['qemu+carrier://host/system', 'not a known transport'],
    ['qemu+ssh+x://host/system', 'is not a known scheme'],
    ['qemu+ssh://host/system?no_verify=1', 'switch off the check'],
    ['qemu+ssh://host/system?known_hosts_verify=auto', 'switch off the check'],
    ['qemu+ssh://host/system?colour=red', '“colour” is not a parameter'],
    ['qemu+ssh://host/system?proxy=evil', '“evil” is not a proxy'],
    ['qemu+ssh://host/system?mode=evil', '“evil” is not a mode'],
    ['qemu+ssh://host/system?socket=/a&socket=/b', 'given twice'],
    ['qemu+ssh://host/system?socket=/run/a%3Breboot', 'absolute path on the host'],
    ['qemu+ssh://host/system?netcat=$(reboot)', 'the character “$”'],
    ['qemu+ssh://host/system?netcat=%24%28reboot%29', 'absolute path on the host'],
    ['qemu+ssh://host/system?keyfile=id_rsa', 'absolute path on this machine'],
    [
      'qemu+ssh://host/system?keyfile=/a%20-oProxyCommand=x',
      'absolute path on this machine',
    ],
    ['qemu+ssh://host/system?command=sh', 'absolute path on this machine'],
    ['qemu+unix:///system?socket=relative', 'absolute path'],
    [`qemu+unix:///system?socket=/${'a'.repeat(108)}`, '107 bytes'],
    ['qemu:///system?keyfile=/a', '“keyfile” is not a parameter'],
    ['qemu:///system#x', 'not a libvirt URI'],
    [long, 'characters'],
    [`qemu+ssh://${'a'.repeat(300)}/system`, 'at most 255'],
  ])('%s', (text, reason) => {
    const parse = () => parseLibvirtUri(text)
    expect(parse).toThrow(UriError)
    expect(parse).toThrow(reason)
    const message = ((): string => {
      try {
        parse()
        return ''
      } catch (error) {
        return error instanceof Error ? error.message : ''
      }
    })()
    // A reason for a person: a sentence, not the 10 kB that were typed.
    expect(message.length).toBeLessThan(300)
  })
})
