import { expect, it } from 'vitest'

import { cpuIn, graphicsIn, networksIn } from './settled-devices.ts'

const xml = `<domain type="kvm">
  <cpu mode="host-passthrough"/>
  <devices>
    <interface type="network">
      <source network="default"/>
    </interface>
    <interface type="bridge">
      <source bridge="br0"/>
    </interface>
    <interface type="user">
      <model type="virtio"/>
    </interface>
    <graphics type="vnc" port="-1"/>
  </devices>
</domain>`

it('tells what the defaults came to', () => {
  expect(networksIn(xml)).toEqual(['default', 'br0', 'user'])
  expect(graphicsIn(xml)).toEqual(['vnc'])
  expect(cpuIn(xml)).toBe('host-passthrough')
  expect(cpuIn('<cpu mode="custom">\n  <model fallback="allow">EPYC</model>\n</cpu>')).toBe(
    'EPYC',
  )
})

it('tells nothing without a document', () => {
  expect(networksIn(null)).toEqual([])
  expect(graphicsIn(undefined)).toEqual([])
  expect(cpuIn(null)).toBeNull()
})
