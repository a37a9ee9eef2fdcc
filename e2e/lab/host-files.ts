import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { run } from './run.ts'

export interface HostFiles {
  name: string
  uuid: string
  address: string
  own?: { network: string; pool: string }
}

const SSHD_CONFIG = `Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes no
MaxStartups 200
MaxSessions 100
`

const DEFAULT_NETWORK = `<network><name>default</name><uuid>2f5ea6f6-5d5b-5cd0-9a45-0d2f6f1a7701</uuid>
  <forward mode='nat'/><bridge name='virbr0' stp='on' delay='0'/><mac address='52:54:00:77:00:01'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>
`

const DEFAULT_POOL = `<pool type='dir'><name>default</name><uuid>2f5ea6f6-5d5b-5cd0-9a45-0d2f6f1a7702</uuid>
  <source/><target><path>/var/lib/libvirt/images</path></target></pool>
`

/** An isolated network: what is on it reaches nobody. */
const ownNetwork = (name: string) =>
  `<network><name>${name}</name><bridge name='virbr9' stp='on' delay='0'/></network>\n`

const ownPool = (name: string) => `<pool type='dir'><name>${name}</name><source/>
  <target><path>/var/lib/libvirt/${name}</path></target></pool>
`

/**
 * QEMU's settings: everything as root and without confinement, since the namespaces confine. QEMU keeps
 * its capabilities: without CAP_IPC_LOCK it could lock no more memory than the machine's limit lets it.
 */
export function qemuConf(address: string): string {
  return `user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
clear_emulator_capabilities = 0
migration_host = "${address}"
`
}

/** The system users that a host knows. `stranger` may log in but not talk to libvirt. */
function passwd(): string {
  const kept = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => /^(daemon|nobody|sshd|libvirt-qemu|libvirt-dnsmasq|_apt):/.test(line))
  return [
    'root:x:0:0:root:/root:/bin/bash',
    'stranger:x:1000:1000::/home/stranger:/bin/bash',
    ...kept,
    '',
  ].join('\n')
}

/** Writes all that a host finds in its own /etc, /root and /var/{lib,log,cache}/libvirt. Keys must be in `dir` already. */
export async function writeHostFiles(
  dir: string,
  host: HostFiles,
  all: readonly HostFiles[],
): Promise<void> {
  const home = join(dir, host.name)
  const put = (file: string, text: string, mode = 0o644) => {
    writeFileSync(join(home, file), text)
    chmodSync(join(home, file), mode)
  }
  for (const folder of [
    'agent',
    'etc/ssh',
    'etc/libvirt/qemu/networks/autostart',
    'etc/libvirt/storage/autostart',
    'root/.ssh',
    'var/lib/images',
    'var/log/qemu', // Without it libvirt cannot open a guest's serial log.
    'var/cache',
  ])
    mkdirSync(join(home, folder), { recursive: true })
  chmodSync(join(home, 'root/.ssh'), 0o700)

  const key = readFileSync(join(dir, 'id_ed25519.pub'), 'utf8')
  const hosts = all.map(({ name, address }) => `${address} ${name}`).join('\n')
  put('etc/passwd', passwd())
  // sshd without PAM refuses an account whose password field says "locked": `*` is not that.
  put('etc/shadow', 'root:*:19000:0:99999:7:::\nstranger:*:19000:0:99999:7:::\n', 0o600)
  put('etc/hosts', `127.0.0.1 localhost\n${hosts}\n`)
  put('etc/hostname', `${host.name}\n`)
  put('etc/machine-id', `${host.uuid.replaceAll('-', '')}\n`)

  put('etc/ssh/sshd_config', SSHD_CONFIG)
  put('etc/ssh/authorized_keys', key)
  await run('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    host.name,
    '-f',
    join(home, 'etc/ssh/ssh_host_ed25519_key'),
  ])
  cpSync(join(dir, 'id_ed25519'), join(home, 'root/.ssh/id_ed25519'))
  chmodSync(join(home, 'root/.ssh/id_ed25519'), 0o600)
  chownSync(join(home, 'root'), 0, 0)

  put(
    'etc/libvirt/libvirtd.conf',
    `host_uuid = "${host.uuid}"\nauth_unix_ro = "none"\nauth_unix_rw = "none"\nunix_sock_rw_perms = "0700"\nunix_sock_ro_perms = "0700"\n`,
  )
  put('etc/libvirt/virtlogd.conf', '')
  put('etc/libvirt/qemu.conf', qemuConf(host.address))
  put('etc/libvirt/qemu/networks/default.xml', DEFAULT_NETWORK)
  put('etc/libvirt/storage/default.xml', DEFAULT_POOL)
  symlinkSync(
    '/etc/libvirt/qemu/networks/default.xml',
    join(home, 'etc/libvirt/qemu/networks/autostart/default.xml'),
  )
  symlinkSync(
    '/etc/libvirt/storage/default.xml',
    join(home, 'etc/libvirt/storage/autostart/default.xml'),
  )
  if (!host.own) return
  const { network, pool } = host.own
  mkdirSync(join(home, 'var/lib', pool))
  put(`etc/libvirt/qemu/networks/${network}.xml`, ownNetwork(network))
  put(`etc/libvirt/storage/${pool}.xml`, ownPool(pool))
  for (const [folder, name] of [
    ['qemu/networks', network],
    ['storage', pool],
  ] as const)
    symlinkSync(
      `/etc/libvirt/${folder}/${name}.xml`,
      join(home, `etc/libvirt/${folder}/autostart/${name}.xml`),
    )
}

/** The client's side of ssh: one key pair for all, the known hosts, a config, and `ssh` as a script for virsh. */
export async function writeClientFiles(
  dir: string,
  hosts: readonly HostFiles[],
): Promise<void> {
  const known = hosts
    .map(({ name, address }) => {
      const [type, key] = readFileSync(
        join(dir, name, 'etc/ssh/ssh_host_ed25519_key.pub'),
        'utf8',
      ).split(' ')
      return `${name},${address} ${type} ${key}\n`
    })
    .join('')
  writeFileSync(join(dir, 'known_hosts'), known)
  for (const { name } of hosts)
    writeFileSync(join(dir, name, 'root/.ssh/known_hosts'), known)
  const aliases = hosts.map(
    ({ name, address }) => `Host ${name}\n  HostName ${address}\n  HostKeyAlias ${name}\n`,
  )
  writeFileSync(
    join(dir, 'ssh_config'),
    `${aliases.join('')}Host *
  User root
  IdentityFile ${dir}/id_ed25519
  IdentitiesOnly yes
  UserKnownHostsFile ${dir}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
`,
  )
  writeFileSync(join(dir, 'ssh'), `#!/bin/sh\nexec ssh -F ${dir}/ssh_config "$@"\n`, {
    mode: 0o755,
  })
}

/** Makes the key pair with which all hosts of the lab are reached. */
export async function makeClientKey(dir: string): Promise<void> {
  await run('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    'ballast-lab',
    '-f',
    join(dir, 'id_ed25519'),
  ])
}
