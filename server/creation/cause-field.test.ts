import { expect, it } from 'vitest'

import { ProblemError } from '../contract/problem.ts'
import { parseCommandLine } from '../virtinst/command-line.ts'
import { besideField } from './cause-field.ts'
import { labPlan } from './testing/lab-plan.ts'

const plan = labPlan({ name: 'a', uuid: '6f8a7c1e-0000-4000-8000-000000000001' })
const volume = plan.storage[0]
const second = { ...volume, kind: 'make-volume', path: '/pool/b.qcow2' } as typeof volume
const storage = [volume, second].filter((step) => step !== undefined)
const options = parseCommandLine(
  '--name a --disk /iso/x.iso,device=cdrom --disk size=1 --disk size=2 --network default',
)
const qemu = 10
const storageDriver = 18

it.each([
  [
    `cannot allocate 9 bytes in file '/pool/b.qcow2': No space left`,
    storageDriver,
    'disk.2.size',
  ],
  [`storage volume name 'x' already exists`, storageDriver, 'disk.1.size'],
  [`domain 'a' already exists with uuid 1`, qemu, 'name'],
  [`network 'default' is not active`, 19, 'network.network'],
  [`Unable to find any firmware to satisfy 'efi'`, qemu, 'boot.uefi'],
  [`cannot set up guest memory 'pc.ram': Cannot allocate memory`, qemu, 'memory.memory'],
  [`internal error: the moon is full`, qemu, undefined],
])('%s', (message, domain, path) => {
  const error = new ProblemError('libvirt', {
    detail: message,
    libvirt: { code: 1, domain, message },
  })
  const told = besideField(error, { storage }, options)
  expect((told as ProblemError).init.issues?.[0]?.path).toBe(path)
})

it('leaves alone what has its field, and what is none of libvirt', () => {
  const own = new ProblemError('invalid', {
    detail: 'no',
    issues: [{ path: 'wait', message: 'no' }],
  })
  expect(besideField(own, plan, options)).toBe(own)
  const other = new Error('x')
  expect(besideField(other, plan, options)).toBe(other)
})
