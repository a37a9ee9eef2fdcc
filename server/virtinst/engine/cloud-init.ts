import { fieldOf } from '../command-line.ts'
import { readSwitch } from '../grammar.ts'
import { VirtInstallError, type CloudInitPlan, type OptionUse } from '../model.ts'
import type { Guest } from './guest.ts'
import type { Installer } from './installer.ts'
import { scratchPath } from './random-name.ts'

/** Keys that stand for a whole user-data of one's own. */
const serial = 'ds=nocloud'

/** The NoCloud medium that --cloud-init asks for; null without it. Throws VirtInstallError. */
export function cloudInitPlan(guest: Guest, installer: Installer): CloudInitPlan | null {
  const use = installer.cloudInit
  if (!use) return null
  checkFiles(guest, use)
  const userData = fieldOf(use, 'user-data')
  return {
    path: scratchPath(guest, 'cloudinit.iso'),
    userData: userData ? { kind: 'file', path: userData } : madeUserData(use),
    metaDataFile: fieldOf(use, 'meta-data') ?? null,
    networkConfigFile: fieldOf(use, 'network-config') ?? null,
    serial,
  }
}

function madeUserData(use: OptionUse): CloudInitPlan['userData'] {
  const isOn = (key: string) => readSwitch(fieldOf(use, key) ?? '') === true
  const isBare = use.fields.length === 0
  return {
    kind: 'made',
    generateRootPassword: isBare || isOn('root-password-generate'),
    rootPasswordFile: fieldOf(use, 'root-password-file') ?? null,
    rootSshKeyFile: fieldOf(use, 'root-ssh-key') ?? null,
    clouduserSshKeyFile: fieldOf(use, 'clouduser-ssh-key') ?? null,
    disableAfterBoot: isBare || isOn('disable'),
  }
}

function checkFiles(guest: Guest, use: OptionUse): void {
  for (const key of [
    'root-password-file',
    'root-ssh-key',
    'clouduser-ssh-key',
    'user-data',
    'meta-data',
    'network-config',
  ]) {
    const path = fieldOf(use, key)
    const why = path ? guest.context.fileProblem?.(path) : null
    if (why) throw new VirtInstallError(why, { option: 'cloud-init', key })
  }
}
