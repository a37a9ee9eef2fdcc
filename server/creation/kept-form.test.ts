import { describe, expect, it } from 'vitest'

import { createJob } from '../contract/job-kinds/create.ts'
import { parseCommandLine } from '../virtinst/command-line.ts'
import { keptForm, maskSecrets } from './kept-form.ts'

const plan = { installXml: null, finalXml: '<domain>\n  <name>a</name>\n</domain>' }
const keep = (
  line: string,
  over: Partial<Parameters<typeof keptForm>[0]['request']> = {},
) =>
  keptForm({
    options: parseCommandLine(line),
    seed: '0'.repeat(32),
    plan,
    request: { files: [], xml: {}, keepOnFailure: true, ...over },
  })

describe('the form that a job keeps', () => {
  it('has every value that is not secret', () => {
    const line =
      'virt-install --name a --memory 64 --disk size=1 --cloud-init clouduser-ssh-key=key.pub --graphics vnc,listen=::1'
    const key = { path: 'key.pub', text: '# mine\nssh-ed25519 AAAAC3 me@here\n' }
    const edited = plan.finalXml.replace('</name>', '</name>\n  <title>b</title>')
    const form = keep(line, { files: [key], xml: { final: edited } })
    expect(form).toEqual({
      line,
      seed: '0'.repeat(32),
      files: [key],
      xml: { install: null, final: { built: plan.finalXml, edited } },
      keepOnFailure: true,
      withheld: [],
    })
    expect(createJob.detail.parse(form)).toEqual(form)
  })

  it('leaves passwords, user-data and private keys out, and names them', () => {
    const form = keep(
      'virt-install --name a --graphics vnc,password=hush,listen=::1 --cloud-init root-password-file=pw,user-data=ud,root-ssh-key=id',
      {
        files: [
          { path: 'pw', text: 'hush' },
          { path: 'ud', text: '#cloud-config\npassword: hush\n' },
          { path: 'id', text: '-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n' },
        ],
        xml: { final: `<domain><graphics type='vnc' passwd='hush'/></domain>` },
      },
    )
    expect(JSON.stringify(form)).not.toContain('hush')
    expect(form.line).toContain('--graphics vnc,listen=::1')
    expect(form.line).toContain('root-password-file=pw')
    expect(form.withheld).toEqual(['--graphics password', 'pw', 'ud', 'id', 'passwd'])
  })

  it('masks what looks like a secret inside a value', () => {
    const form = keep(`virt-install --name a --extra-args "inst.password=hush quiet"`)
    expect(form.line).not.toContain('hush')
    expect(form.line).toContain('quiet')
    expect(form.withheld).toEqual(['***'])
    expect(maskSecrets('--graphics vnc,password="a b",x=1')).toBe(
      '--graphics vnc,password=***,x=1',
    )
  })
})
