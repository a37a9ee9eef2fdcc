import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, it, vi } from 'vitest'

import type { MediaVolume, UploadState } from '../../server/contract/create.ts'
import { ProblemError } from '../../server/contract/problem.ts'
import { commandLineOf, parseCommandLine } from '../../server/virtinst/command-line.ts'
import { sendFile, type UploadTransport } from '../data/upload.ts'
import { errorOf, fieldErrors } from './field-errors.ts'
import { optionsLike } from './like-domain.ts'

describe('another one like this', () => {
  const xml = `<domain type="qemu">
    <name>web1</name><uuid>6f8a7c1e-0000-4000-8000-000000000001</uuid>
    <metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://debian.org/debian/12"/></libosinfo:libosinfo></metadata>
    <memory unit="KiB">2097152</memory><currentMemory unit="KiB">1048576</currentMemory>
    <vcpu current="2">4</vcpu>
    <os firmware="efi"><type arch="x86_64" machine="pc-q35-7.2">hvm</type></os>
    <devices>
      <disk type="file" device="disk"><driver name="qemu" type="qcow2"/>
        <source file="/pool/web1.qcow2"/><target dev="vda" bus="virtio"/></disk>
      <disk type="file" device="cdrom"><target dev="sda" bus="sata"/></disk>
      <interface type="network"><mac address="52:54:00:00:00:01"/>
        <source network="default"/><model type="virtio"/></interface>
      <graphics type="vnc" port="-1"/>
    </devices></domain>`
  const volume: MediaVolume = {
    pool: 'default',
    name: 'web1.qcow2',
    path: '/pool/web1.qcow2',
    format: 'qcow2',
    capacityBytes: 3 * 2 ** 30,
    allocationBytes: 0,
    kind: 'disk',
    usedBy: ['web1'],
  }
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement!

  it('has the same sizes and devices, a free name, its own disks and no MAC', () => {
    const line = commandLineOf(optionsLike(root, [volume], ['web1', 'web2']))
    expect(line).toBe(
      'virt-install --name web3 --osinfo debian12 --memory 1024,maxmemory=2048 --vcpus 2,maxvcpus=4 --virt-type qemu --machine q35 --boot uefi --disk size=3,pool=default,format=qcow2,target.bus=virtio --network network=default,model.type=virtio --graphics vnc',
    )
    // And it is a line that is understood.
    expect(parseCommandLine(line).uses.length).toBeGreaterThan(5)
  })
})

describe('errors beside their fields', () => {
  const options = parseCommandLine('--name a --disk size=1 --disk size=x --memory 5')
  const preview = {
    errors: [
      { message: 'bad size', exitCode: 1, option: 'disk', key: 'size', use: 2 },
      { message: 'all wrong', exitCode: 1, option: null, key: null, use: null },
    ],
    checks: [
      {
        code: 'name_in_use' as const,
        severity: 'error' as const,
        option: 'name',
        message: 'taken',
        values: {},
        fix: null,
      },
      {
        code: 'memory_overcommit' as const,
        severity: 'warning' as const,
        option: 'memory',
        message: 'much',
        values: {},
        fix: null,
      },
    ],
  }
  const issues = [
    { path: 'disk.0.size', message: 'full' },
    { path: 'network', message: 'off' },
  ]
  const failure = {
    issues,
    // The network was another then.
    options: parseCommandLine('--name a --disk size=1 --network default'),
  }
  const errors = fieldErrors(options, null, preview, failure, ({ message }) => ({
    title: '',
    detail: message,
  }))

  it.each([
    ['disk', 'size', 1, 'bad size'],
    ['disk', 'size', 0, 'full'],
    ['name', null, 0, 'taken'],
    ['memory', 'memory', 0, undefined],
    ['disk', 'pool', 1, undefined],
    ['network', 'network', 0, undefined],
  ])('--%s %s (%i) says %s', (option, key, nth, message) => {
    expect(errorOf(errors, option, key, nth)).toBe(message)
  })
})

describe('an upload', () => {
  const begun: UploadState = {
    id: 'u',
    job: '1',
    host: 'alpha',
    pool: 'p',
    name: 'a.iso',
    path: '/p/a.iso',
    sizeBytes: 20 * 2 ** 20,
    receivedBytes: 0,
    state: 'waiting',
  }
  const file = new Blob([new Uint8Array(20 * 2 ** 20)])
  const has = (receivedBytes: number): UploadState => ({ ...begun, receivedBytes })

  function transport(over: Partial<UploadTransport>): UploadTransport {
    let received = 0
    return {
      send: vi.fn(async (_id, offset, part) => {
        expect(offset).toBe(received)
        received += part.size
        return has(received)
      }),
      state: async () => has(received),
      wait: async () => {},
      ...over,
    }
  }

  it('goes in pieces and tells how far it is', async () => {
    const onProgress = vi.fn()
    const { signal } = new AbortController()
    const end = await sendFile(file, begun, {
      signal,
      onProgress,
      transport: transport({}),
    })
    expect(end.receivedBytes).toBe(file.size)
    expect(onProgress.mock.calls.map(([state]) => state.receivedBytes)).toEqual([
      8 * 2 ** 20,
      16 * 2 ** 20,
      20 * 2 ** 20,
    ])
  })

  it('goes on after a cut from where the host has it', async () => {
    let calls = 0
    const offsets: number[] = []
    const { signal } = new AbortController()
    const end = await sendFile(file, begun, {
      signal,
      onProgress: () => {},
      transport: transport({
        send: async (_id, offset, part) => {
          offsets.push(offset)
          calls += 1
          if (calls === 2) throw new ProblemError('timeout', { detail: 'cut' })
          return has(offset + part.size)
        },
        state: async () => has(10 * 2 ** 20),
      }),
    })
    expect(end.receivedBytes).toBe(file.size)
    expect(offsets).toEqual([0, 8 * 2 ** 20, 10 * 2 ** 20, 18 * 2 ** 20])
  })

  it('stops at once at what is refused, and when it is cancelled', async () => {
    const refused = new ProblemError('invalid', { detail: 'no' })
    const send = vi.fn().mockRejectedValue(refused)
    const abort = new AbortController()
    const start = () =>
      sendFile(file, begun, {
        signal: abort.signal,
        onProgress: () => {},
        transport: transport({ send }),
      })
    await expect(start()).rejects.toBe(refused)
    expect(send).toHaveBeenCalledOnce()
    abort.abort()
    await expect(start()).rejects.toThrow()
    expect(send).toHaveBeenCalledOnce()
  })
})
