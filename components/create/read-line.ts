import type { CreateError } from '../../server/contract/create.ts'
import { parseCommandLine } from '../../server/virtinst/command-line.ts'
import { VirtInstallError, type VirtInstallOptions } from '../../server/virtinst/model.ts'
import { noOptions } from './form-options.ts'

/** What a line says, or in virt-install's words why it is not understood. */
export function readLine(line: string): {
  options: VirtInstallOptions | null
  error: CreateError | null
} {
  try {
    return { options: line.trim() === '' ? noOptions : parseCommandLine(line), error: null }
  } catch (error) {
    if (!(error instanceof VirtInstallError)) throw error
    const { message, exitCode, option, key, use } = error
    return { options: null, error: { message, exitCode, option, key, use } }
  }
}

/** The options of a line that was understood once; null = it is not now. */
export function optionsOf(line: string): VirtInstallOptions | null {
  return readLine(line).options
}
