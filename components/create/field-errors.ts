import type {
  CreateCheck,
  CreateError,
  CreatePreview,
} from '../../server/contract/create.ts'
import type { Problem } from '../../server/contract/problem.ts'
import type { VirtInstallOptions } from '../../server/virtinst/model.ts'
import type { CheckWords } from './check-words.ts'
import { usesOf } from './form-options.ts'

/** What is wrong with one field, in words. */
export interface FieldError {
  option: string
  key: string | null
  /** Which of the uses of its option; null = the first. */
  nth: number | null
  message: string
}

/** Why a creation was refused or failed, and what the form was then; null = not known. */
export interface Failure extends Pick<Problem, 'issues'> {
  options: VirtInstallOptions | null
}

function textOf(options: VirtInstallOptions, option: string, nth: number | null) {
  return usesOf(options, option)[nth ?? 0]?.value
}

/** Everything that stands beside a field: of the line, of the preview, of the job that failed. */
export function fieldErrors(
  options: VirtInstallOptions,
  lineError: CreateError | null,
  preview: Pick<CreatePreview, 'errors' | 'checks'> | undefined,
  failure: Failure | null,
  wordsOf: (check: CreateCheck) => CheckWords,
): FieldError[] {
  const ofPreview = [...(lineError ? [lineError] : []), ...(preview?.errors ?? [])]
  const errors = ofPreview.flatMap(({ option, key, use, message }): FieldError[] =>
    option === null ? [] : [{ option, key, nth: nthOf(options, option, use), message }],
  )
  const checks = (preview?.checks ?? [])
    .filter(({ severity }) => severity === 'error')
    .map((check) => {
      const { title, detail } = wordsOf(check)
      return { option: check.option, key: null, nth: null, message: detail || title }
    })
  // The server names a field as `option`, `option.key` or `option.N.key`.
  const failed = (failure?.issues ?? []).flatMap(({ path, message }): FieldError[] => {
    const [option = '', ...rest] = path.replace(/^options\./, '').split('.')
    const nth = /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : null
    const then = failure?.options
    // What was changed since is not what failed.
    if (then && textOf(then, option, nth) !== textOf(options, option, nth)) return []
    return [{ option, key: rest.join('.') || null, nth, message }]
  })
  return [...errors, ...checks, ...failed]
}

/** The first error of a field; one that names no key belongs to the first field of its option. */
export function errorOf(
  errors: readonly FieldError[],
  option: string,
  key: string | null,
  nth: number,
): string | undefined {
  const main = mainKeys[option] ?? null
  return errors.find(
    (error) =>
      error.option === option &&
      (error.nth ?? 0) === nth &&
      (error.key === key || (error.key === null && key === main)),
  )?.message
}

/** The field that shows what is said of an option as a whole. */
const mainKeys: Readonly<Record<string, string>> = {
  memory: 'memory',
  vcpus: 'vcpu',
  cpu: 'model',
  osinfo: 'name',
  disk: 'size',
  network: 'network',
  graphics: 'type',
  location: 'location',
  boot: 'uefi',
  tpm: 'backend.type',
}

/** `use` counts all uses of the line; a field knows which of its own option it is. */
function nthOf(
  { uses }: VirtInstallOptions,
  option: string,
  use: number | null,
): number | null {
  if (use === null) return null
  return uses.slice(0, use).filter((one) => one.option === option).length
}
