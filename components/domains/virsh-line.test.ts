import { describe, expect, it } from 'vitest'

import { virshLine as serversLine } from '../../server/fleet/virsh-line.ts'
import { virshLine } from './virsh-line.ts'

const uuid = '7d2f7a0e-4c33-4d53-9c8e-6c8f1f1a0001'

describe('virshLine', () => {
  it('can be pasted into a shell', () => {
    expect(
      virshLine('qemu+ssh://root@h/system?a=b&c=d', 'setmem', { name: "it's", uuid }, '1'),
    ).toBe(`virsh -c 'qemu+ssh://root@h/system?a=b&c=d' setmem 'it'\\''s' 1`)
  })

  it.each(['web1', '12', '--all', "a'b", '$(x)', uuid, 'ü 1'])(
    'is what the server shows for %s',
    (name) => {
      const line = ['qemu:///system', 'destroy', { name, uuid }, '--graceful'] as const
      expect(virshLine(...line)).toBe(serversLine(...line))
    },
  )
})
