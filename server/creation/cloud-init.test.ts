import { expect, test } from 'vitest'

import { findFile } from '../iso9660/find-file.ts'
import type { CloudInitPlan, UserDataSource } from '../virtinst/model.ts'
import { cloudInitImage, userDataOf } from './cloud-init.ts'

type Made = Extract<UserDataSource, { kind: 'made' }>

const made: Made = {
  kind: 'made',
  generateRootPassword: true,
  rootPasswordFile: null,
  rootSshKeyFile: null,
  clouduserSshKeyFile: null,
  disableAfterBoot: true,
}
const files: Record<string, string> = {
  '/key.pub': 'ssh-ed25519 AAAA ada@example\nsecond line\n',
  '/password': 'from: a "file"\n',
  '/user-data': '#cloud-config\nhostname: mine\n',
  '/net': 'version: 2\n',
}
function input(userData: UserDataSource, over: Partial<CloudInitPlan> = {}) {
  return {
    plan: {
      path: '/x.iso',
      userData,
      metaDataFile: null,
      networkConfigFile: null,
      serial: 'ds=nocloud',
      ...over,
    },
    uuid: 'the-uuid',
    name: 'web1',
    rootPassword: 'made-up',
    readFile: (path: string) => files[path] ?? '',
    atMs: 0,
  }
}

test('a password that was made has to be changed, and cloud-init runs once', () => {
  expect(userDataOf(input(made))).toBe(
    [
      '#cloud-config',
      'chpasswd:',
      '  list:',
      '    - "root:made-up"',
      '  expire: true',
      'runcmd:',
      '  - "echo \\"Disabled after the first boot\\" > /etc/cloud/cloud-init.disabled"',
      '',
    ].join('\n'),
  )
})

test('a password and keys that were given', () => {
  const text = userDataOf({
    ...input({
      ...made,
      generateRootPassword: false,
      disableAfterBoot: false,
      rootPasswordFile: '/password',
      rootSshKeyFile: '/key.pub',
      clouduserSshKeyFile: '/key.pub',
    }),
    rootPassword: null,
  })
  expect(text).toContain('    - "root:from: a \\"file\\""\n  expire: false\n')
  expect(text).toContain(
    '  - name: root\n    ssh_authorized_keys:\n      - "ssh-ed25519 AAAA ada@example"\n',
  )
  expect(text).toContain('\nssh_authorized_keys:\n  - "ssh-ed25519 AAAA ada@example"\n')
  expect(text).not.toContain('second line')
  expect(text).not.toContain('runcmd')
})

test('the medium has what cloud-init looks for, under its names', async () => {
  const image = cloudInitImage(
    input({ kind: 'file', path: '/user-data' }, { networkConfigFile: '/net' }),
  )
  const read = async (path: string) => {
    const at = await findFile(async ({ offsetBytes, lengthBytes }) => {
      return image.subarray(offsetBytes, offsetBytes + lengthBytes)
    }, path)
    return at && image.toString('utf8', at.offsetBytes, at.offsetBytes + at.lengthBytes)
  }
  expect(await read('user-data')).toBe(files['/user-data'])
  expect(await read('network-config')).toBe('version: 2\n')
  expect(await read('meta-data')).toBe('instance-id: "the-uuid"\nlocal-hostname: "web1"\n')
})
