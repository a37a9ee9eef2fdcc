import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { labPlan } from '../creation/testing/lab-plan.ts'
import { parseCommandLine } from '../virtinst/command-line.ts'
import { chooseConsole } from './console.ts'
import { Output } from './output.ts'

let path = ''
let warned: string[] = []
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ballast-path-'))
  warned = []
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

function install(...programs: string[]) {
  for (const program of programs) {
    writeFileSync(join(path, program), '')
    chmodSync(join(path, program), 0o755)
  }
}

/** @param devices XML put among the domain's devices */
function chosen(line: string, devices = '', display = ':0') {
  const plan = labPlan({ name: 'web', uuid: 'u' })
  const finalXml = plan.finalXml.replace('</devices>', `${devices}</devices>`)
  const output = new Output(true)
  vi.spyOn(output, 'warn').mockImplementation((text) => void warned.push(text))
  return chooseConsole(
    parseCommandLine(line),
    { ...plan, finalXml },
    { uri: 'qemu:///system', path, display, output },
  )
}

const vnc = "<graphics type='vnc' port='-1'/>"

test('text without graphics, a window with them', () => {
  install('virsh', 'virt-viewer')
  expect(chosen('').console).toEqual({
    kind: 'text',
    command: ['virsh', '--connect', 'qemu:///system', 'console', 'web'],
  })
  expect(chosen('', vnc).console?.command).toEqual([
    'virt-viewer',
    '--connect',
    'qemu:///system',
    '--wait',
    'web',
  ])
  const noPort = "<graphics type='spice'><listen type='none'/></graphics>"
  expect(chosen('', noPort).console?.command.at(-1)).toBe('--attach')
  expect(warned).toEqual([])
})

test('what is not there is said, and then somebody has to wait', () => {
  expect(chosen('', vnc)).toEqual({ console: null, isDefault: true })
  expect(chosen('')).toEqual({ console: null, isDefault: true })
  install('virt-viewer')
  expect(chosen('', vnc, '').console).toBeNull()
  expect(warned).toEqual([
    expect.stringContaining('virt-viewer not installed'),
    expect.stringContaining('virsh is not installed'),
    expect.stringContaining('DISPLAY is not set'),
  ])
})

test('as was asked for', () => {
  install('virsh', 'virt-viewer')
  expect(chosen('--noautoconsole')).toEqual({ console: null, isDefault: false })
  expect(chosen('--autoconsole none', vnc)).toEqual({ console: null, isDefault: false })
  expect(chosen('--autoconsole text', vnc)).toMatchObject({ console: { kind: 'text' } })
  expect(() => chosen('--autoconsole frob')).toThrow("Unknown autoconsole type 'frob'")
})
