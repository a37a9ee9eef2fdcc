import { randomBytes } from 'node:crypto'

import { writeIso } from '../iso9660/write-iso.ts'
import type { CloudInitPlan, DomainPlan } from '../virtinst/model.ts'

export interface CloudInitInput {
  plan: CloudInitPlan
  /** Of the domain. */
  uuid: string
  name: string
  /** Set when the plan asks for one: shown once to whoever creates, and kept nowhere. */
  rootPassword: string | null
  /** Content of the files that the plan names, by path. @throws when one is not there */
  readFile(path: string): string
  atMs: number
}

/**
 * The medium that a plan asks for, if it does, with the password of root where one is to be made: shown
 * once to whoever creates.
 */
export function cloudInitOf(
  { cloudInit, name }: DomainPlan,
  uuid: string,
  readFile: CloudInitInput['readFile'],
): { image: Buffer | null; rootPassword: string | null } {
  if (!cloudInit) return { image: null, rootPassword: null }
  const { userData } = cloudInit
  const generates = userData.kind === 'made' && userData.generateRootPassword
  const rootPassword = generates ? randomBytes(12).toString('base64url') : null
  const input = { plan: cloudInit, uuid, name, rootPassword, readFile, atMs: Date.now() }
  return { image: cloudInitImage(input), rootPassword }
}

/**
 * The NoCloud medium: what cloud-init reads at the first boot. user-data says what virt-install
 * says: password of root (to be changed at the first login when it was generated), keys, and that
 * cloud-init shall not run again.
 */
export function cloudInitImage(input: CloudInitInput): Buffer {
  const { plan, atMs, readFile } = input
  const files = [
    { name: 'user-data', content: userDataOf(input) },
    { name: 'meta-data', content: metaDataOf(input) },
  ]
  if (plan.networkConfigFile !== null) {
    files.push({ name: 'network-config', content: readFile(plan.networkConfigFile) })
  }
  return writeIso({
    volumeId: 'cidata',
    files: files.map(({ name, content }) => ({ name, content: Buffer.from(content) })),
    atMs,
  })
}

function metaDataOf({ plan, uuid, name, readFile }: CloudInitInput): string {
  if (plan.metaDataFile !== null) return readFile(plan.metaDataFile)
  const hostname = /^[A-Za-z\d][A-Za-z\d-]{0,62}$/.test(name)
  return [
    `instance-id: ${yaml(uuid)}`,
    ...(hostname ? [`local-hostname: ${yaml(name)}`] : []),
    '',
  ].join('\n')
}

/** What cloud-init is told; exported for its test. */
export function userDataOf({ plan, rootPassword, readFile }: CloudInitInput): string {
  const { userData } = plan
  if (userData.kind === 'file') return readFile(userData.path)
  const keyOf = (path: string) => yaml(firstLine(readFile(path)))
  const lines = ['#cloud-config']
  if (userData.rootSshKeyFile !== null) {
    const key = keyOf(userData.rootSshKeyFile)
    lines.push('users:', '  - default', '  - name: root', '    ssh_authorized_keys:')
    lines.push(`      - ${key}`)
  }
  if (userData.clouduserSshKeyFile !== null) {
    lines.push('ssh_authorized_keys:', `  - ${keyOf(userData.clouduserSshKeyFile)}`)
  }
  const given = userData.rootPasswordFile
  const password = given === null ? rootPassword : firstLine(readFile(given))
  if (password !== null) {
    lines.push('chpasswd:', '  list:', `    - ${yaml(`root:${password}`)}`)
    lines.push(`  expire: ${given === null ? 'true' : 'false'}`)
  }
  if (userData.disableAfterBoot) {
    const command = 'echo "Disabled after the first boot" > /etc/cloud/cloud-init.disabled'
    lines.push('runcmd:', `  - ${yaml(command)}`)
  }
  return `${lines.join('\n')}\n`
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.trim() ?? ''
}

/** Text as YAML in double quotes, which reads JSON's. */
function yaml(text: string): string {
  return JSON.stringify(text)
}
