import { secretKey } from '../contract/create.ts'
import type { CreateForm, CreateRequest } from '../contract/create.ts'
import { commandLineOf, setField, usesOf } from '../virtinst/command-line.ts'
import type { DomainPlan, VirtInstallOptions } from '../virtinst/model.ts'

/** A public key, a comment or nothing: no secret. */
const publicLine = /^\s*(?:(?:#|(?:ssh|ecdsa|sk)-\S+ \S).*)?$/

export interface FormInput {
  options: VirtInstallOptions
  seed: string
  plan: Pick<DomainPlan, 'installXml' | 'finalXml'>
  request: Pick<CreateRequest, 'files' | 'xml' | 'keepOnFailure'>
}

/**
 * The form of a creation as its job keeps it, for whoever comes back to it: all but what is secret or
 * may be. What is left out is named.
 */
export function keptForm({ options, seed, plan, request }: FormInput): CreateForm {
  const withheld: string[] = []
  let open = options
  for (const { option, fields } of options.uses) {
    if (fields.some(({ key }) => secretKey.test(key))) open = withoutSecrets(open, option)
    for (const { key } of fields)
      if (secretKey.test(key)) withheld.push(`--${option} ${key}`)
  }
  const line = maskSecrets(commandLineOf(open))
  if (line !== commandLineOf(open)) withheld.push('***')
  const files = request.files.filter(({ path, text }) => {
    if (text.split('\n').every((each) => publicLine.test(each))) return true
    withheld.push(path)
    return false
  })
  const edit = (built: string | null, edited: string | undefined) => {
    if (built === null || edited === undefined) return null
    if (withoutPasswords(edited) !== edited) withheld.push('passwd')
    return { built: withoutPasswords(built), edited: withoutPasswords(edited) }
  }
  const xml = {
    install: edit(plan.installXml, request.xml.install),
    final: edit(plan.finalXml, request.xml.final),
  }
  return {
    line,
    seed,
    files: [...files],
    xml,
    keepOnFailure: request.keepOnFailure,
    withheld: [...new Set(withheld)],
  }
}

/** The line with what looks like a secret replaced by stars. */
export function maskSecrets(line: string): string {
  return line.replaceAll(
    /((?:^|[\s,'"])[\w.-]*(?:passw(?:or)?d|passphrase|secret)=)(?:"[^"]*"|[^\s,'"]+)/gi,
    '$1***',
  )
}

function withoutSecrets(options: VirtInstallOptions, option: string): VirtInstallOptions {
  return usesOf(options, option).reduce(
    (next, { fields }, nth) =>
      fields
        .filter(({ key }) => secretKey.test(key))
        .reduce((left, { key }) => setField(left, option, nth, key, undefined), next),
    options,
  )
}

function withoutPasswords(xml: string): string {
  return xml.replaceAll(/\spasswd=(?:'[^']*'|"[^"]*")/g, '')
}
