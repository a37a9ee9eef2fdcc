import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

import { shellWord } from '../contract/virsh-line.ts'
import { pythonList } from '../virtinst/grammar.ts'
import { VirtInstallError } from '../virtinst/model.ts'
import type { DomainPlan, VirtInstallOptions } from '../virtinst/model.ts'
import type { Output } from './output.ts'

/** How the guest is shown to whoever typed the line, by a program of this machine. */
export interface GuestConsole {
  kind: 'text' | 'graphical'
  /** Program and arguments. */
  command: readonly string[]
}

export interface ChosenConsole {
  console: GuestConsole | null
  /** Nobody asked for none: without one there is somebody who waits. */
  isDefault: boolean
}

interface Surroundings {
  uri: string
  /** The folders of programs, as in $PATH. */
  path: string
  /** The X display, or ''. */
  display: string
  output: Output
}

/** `--autoconsole`, `--noautoconsole`, or what fits the domain. @throws VirtInstallError for another word */
export function chooseConsole(
  options: VirtInstallOptions,
  plan: DomainPlan,
  around: Surroundings,
): ChosenConsole {
  const said = options.uses.findLast(
    ({ option }) => option === 'autoconsole' || option === 'noautoconsole',
  )
  const asked = said?.option === 'noautoconsole' ? 'none' : (said?.value ?? 'default')
  if (!['none', 'default', 'text', 'graphical'].includes(asked)) {
    throw new VirtInstallError(`Unknown autoconsole type '${asked}'`, {
      option: 'autoconsole',
    })
  }
  const isDefault = asked === 'default'
  const kind = isDefault ? fitting(plan, around) : asked
  if (kind === 'text') {
    const command = ['virsh', '--connect', around.uri, 'console', plan.name]
    if (isThere('virsh', around.path)) return { isDefault, console: { kind, command } }
    around.output.warn('Unable to connect to the text console: virsh is not installed.')
  } else if (kind === 'graphical') {
    const command = ['virt-viewer', '--connect', around.uri, '--wait', plan.name]
    if (needsAttaching(plan)) command.push('--attach')
    return { isDefault, console: { kind, command } }
  }
  return { isDefault, console: null }
}

/** Words are put out as virt-install does: why no window opens. */
function fitting(
  plan: DomainPlan,
  { path, display, output }: Surroundings,
): 'text' | 'graphical' | 'none' {
  if (plan.cloudInit) return 'text'
  const type = /<graphics\b[^>]*\btype=["'](\w+)/.exec(plan.finalXml)?.[1]
  if (type === undefined) return 'text'
  if (type !== 'vnc' && type !== 'spice') return 'none'
  if (!isThere('virt-viewer', path)) {
    output.warn(
      "Unable to connect to graphical console: virt-viewer not installed. Please install the 'virt-viewer' package.",
    )
    return 'none'
  }
  if (display === '') {
    output.warn('Graphics requested but DISPLAY is not set. Not running virt-viewer.')
    return 'none'
  }
  return 'graphical'
}

/** Without a port to connect to (GL, no listener) virt-viewer goes by libvirt. */
function needsAttaching({ finalXml }: DomainPlan): boolean {
  return /<gl\b[^>]*enable=["']yes/.test(finalXml) || /<listen type=["']none/.test(finalXml)
}

/** Runs it on this terminal. @returns once it ended */
export async function runConsole(
  { kind, command }: GuestConsole,
  output: Output,
): Promise<void> {
  output.say(`Running ${kind} console command: ${command.map(shellWord).join(' ')}`)
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: 'inherit' })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ENOENT' ? '[Errno 2] No such file or directory' : error.message
      output.complain(`Error launching ${pythonList(command)}: ${why}`)
      resolve(1)
    })
    child.once('exit', resolve)
  })
  if (code !== 0) output.warn('Console command returned failure.')
}

function isThere(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
