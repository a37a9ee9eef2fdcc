import { describe, expect, it } from 'vitest'

import type { MemoryWarning } from '../contract/overcommit.ts'
import { ProblemError } from '../contract/problem.ts'
import { claimOfNew } from '../fleet/host-room.ts'
import { firmwareChecks, memoryChecks, networkChecks } from './preview-checks.ts'
import { labPlan } from './testing/lab-plan.ts'

const plan = labPlan({ name: 'a', uuid: '6f8a7c1e-0000-4000-8000-000000000001' })
const withXml = (finalXml: string) => ({ ...plan, finalXml })
const offered = { uefi: true, secureBoot: true, tpm: true }

describe('memory', () => {
  it('is what the resize path says, kind by kind', async () => {
    const missingKiB = 18 * 2 ** 20
    const over: MemoryWarning = {
      kind: 'over-cells',
      needKiB: 20 * 2 ** 20,
      haveKiB: 2 * 2 ** 20,
      missingKiB,
      cells: [0, 1],
      pageKiB: null,
    }
    const asked: unknown[] = []
    const checks = await memoryChecks(plan, {
      memoryWarnings: async (xml, amounts) => {
        asked.push(xml, amounts)
        return [over]
      },
    })
    expect(asked).toEqual([plan.finalXml, { balloonKiB: 131_072, maximumKiB: 131_072 }])
    expect(checks).toMatchObject([
      {
        code: 'memory_overcommit',
        severity: 'warning',
        option: 'memory',
        values: { kind: 'over-cells', missingKiB, cells: '0, 1' },
      },
    ])
    expect(checks[0]?.values).not.toHaveProperty('pageKiB')
  })

  it.each([
    `<memoryBacking><hugepages><page size='1G'/></hugepages></memoryBacking>`,
    `<memoryBacking><hugepages><page size='1' unit='frob'/></hugepages></memoryBacking>`,
    `<cpu><numa><cell memory='1' unit='frob'/></numa></cpu>`,
  ])('is left to libvirt where the XML says what only it can judge: %s', async (xml) => {
    const asked = memoryChecks(withXml(`<domain>${xml}</domain>`), {
      memoryWarnings: async (...of) => {
        claimOfNew(...of)
        return []
      },
    })
    await expect(asked).resolves.toEqual([])
  })

  it('is not warned of while the host cannot be asked; a fault of ours is not hidden', async () => {
    const failing = (error: Error) =>
      memoryChecks(plan, { memoryWarnings: () => Promise.reject(error) })
    await expect(
      failing(new ProblemError('host_offline', { detail: '' })),
    ).resolves.toEqual([])
    await expect(failing(new TypeError('ours'))).rejects.toThrow('ours')
  })
})

describe('networks', () => {
  const card = (name: string) =>
    `<interface type='network'><source network='${name}'/></interface>`
  const cards = withXml(
    `<domain><devices>${card('on')}${card('off')}${card('off')}<interface type='user'/></devices></domain>`,
  )
  it('that are switched off are said once', () => {
    expect(networkChecks(cards, 'alpha', new Set(['on']))).toMatchObject([
      { code: 'network_inactive', values: { network: 'off', host: 'alpha' } },
    ])
    expect(networkChecks(cards, 'alpha', new Set(['on', 'off']))).toEqual([])
  })
  it('that do not exist are not called switched off besides', () => {
    const check = {
      code: 'network_missing',
      severity: 'error',
      option: 'network',
      message: '',
      values: { network: 'off' },
    } as const
    expect(networkChecks({ ...cards, checks: [check] }, 'alpha', new Set(['on']))).toEqual(
      [],
    )
  })
})

describe('firmware', () => {
  const secure = withXml(
    `<domain><os firmware='efi'><firmware><feature name='secure-boot' enabled='yes'/></firmware></os>
     <devices><tpm><backend type='emulator'/></tpm></devices></domain>`,
  )
  const codes = (of: typeof plan, over: Partial<typeof offered>) =>
    firmwareChecks(of, 'alpha', { ...offered, ...over }).map(({ code }) => code)

  it.each([
    [{}, []],
    [{ uefi: false, secureBoot: false }, ['uefi_missing']],
    [{ secureBoot: false }, ['secure_boot_missing']],
    [{ tpm: false }, ['tpm_missing']],
  ])('with %o the host lacks %o', (over, missing) => {
    expect(codes(secure, over)).toEqual(missing)
  })
  it('is no matter for a BIOS without TPM', () => {
    expect(codes(plan, { uefi: false, secureBoot: false, tpm: false })).toEqual([])
  })
})
