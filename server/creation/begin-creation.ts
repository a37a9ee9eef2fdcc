import type {
  CreateCheck,
  CreateError,
  CreateReply,
  CreateRequest,
} from '../contract/create.ts'
import { ProblemError } from '../contract/problem.ts'
import { shellWord } from '../contract/virsh-line.ts'
import type { Jobs } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { parseXml, textOf, XmlError } from '../libvirt/xml.ts'
import type { DomainPlan } from '../virtinst/model.ts'
import { besideField } from './cause-field.ts'
import { cloudInitOf } from './cloud-init.ts'
import { createDomain } from './create-domain.ts'
import { keptForm, maskSecrets } from './kept-form.ts'
import type { Previewed } from './preview.ts'

export interface BeginOptions {
  host: string
  uri: string
  by: string
  request: Pick<CreateRequest, 'files' | 'xml' | 'keepOnFailure'>
  jobs: Jobs
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  changed(): void
}

/**
 * Begins to create what was previewed. What is wrong is refused with the fields that it belongs to,
 * before anything is made.
 *
 * @throws ProblemError invalid with `issues`, or domain_busy
 */
export function beginCreation(
  { preview, plan, options }: Previewed,
  { host, uri, by, request, jobs, connect, changed }: BeginOptions,
): CreateReply {
  const refused = preview.checks.filter(({ severity }) => severity === 'error')
  if (!plan || preview.errors.length > 0 || refused.length > 0) {
    throw refusal(host, preview.errors, refused)
  }
  const edited = withEdits(plan, request.xml, host)
  const uuid = uuidOf(edited.finalXml, host)
  const { name } = edited
  const files = new Map(request.files.map(({ path, text }) => [path, text]))
  const { image, rootPassword } = cloudInitOf(edited, uuid, (path) =>
    readNamed(files, path, host),
  )
  const { id } = jobs.start(
    {
      kind: 'create',
      title: { name, host },
      owner: { type: 'user', name: by },
      hosts: [host],
      domains: [{ host, uuid, name }],
      locks: edited.storage.flatMap((step) =>
        step.kind === 'make-volume' ? [`volume:${host}:${step.pool}/${step.name}`] : [],
      ),
      cancel: request.keepOnFailure ? 'keep' : 'undo',
      detail: keptForm({ options, seed: preview.seed, plan, request }),
    },
    (job) =>
      createDomain(job, {
        host,
        plan: edited,
        uuid,
        cloudInitImage: image,
        keepOnFailure: request.keepOnFailure,
        validate: true,
        connect,
        changed,
      }).catch((error: unknown) => {
        throw besideField(error, plan, options)
      }),
  )
  return { job: id, command: commandOf(preview.line, uri), rootPassword }
}

function refusal(
  host: string,
  errors: readonly CreateError[],
  checks: readonly CreateCheck[],
): ProblemError {
  const issues = [
    ...errors.map(({ option, key, message }) => ({
      path: [option, key].filter((part) => part !== null).join('.'),
      message: message.trim(),
    })),
    ...checks.map(({ option, message }) => ({ path: option, message })),
  ]
  const detail = issues.map(({ message }) => message).join('\n')
  return new ProblemError('invalid', { host, detail, issues })
}

/** The documents that were edited stand in for the built ones, as long as they are of this domain. */
function withEdits(
  plan: DomainPlan,
  { install, final }: CreateRequest['xml'],
  host: string,
): DomainPlan {
  if (final !== undefined) checkEdit(final, plan, 'final', host)
  if (install !== undefined) checkEdit(install, plan, 'install', host)
  return {
    ...plan,
    finalXml: final ?? plan.finalXml,
    installXml: plan.installXml === null ? null : (install ?? plan.installXml),
  }
}

function checkEdit(
  xml: string,
  plan: DomainPlan,
  which: 'install' | 'final',
  host: string,
): void {
  const path = `xml.${which}`
  const refuse = (detail: string) =>
    new ProblemError('invalid', { host, detail, issues: [{ path, message: detail }] })
  try {
    const domain = parseXml(xml, 'domain')
    if (textOf(domain, 'name') !== plan.name) {
      throw refuse(`The edited XML has another name than ${plan.name}.`)
    }
    if (textOf(domain, 'uuid') !== uuidOf(plan.finalXml, host)) {
      throw refuse('The edited XML has another uuid.')
    }
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw refuse(
      error.line === null ? error.message : `Line ${error.line}: ${error.message}`,
    )
  }
}

/** The uuid that a domain's XML has. @throws ProblemError when it has none */
export function uuidOf(xml: string, host: string): string {
  const uuid = textOf(parseXml(xml, 'domain'), 'uuid')
  if (uuid !== null) return uuid
  throw new ProblemError('invalid', { host, detail: 'The XML of the domain has no uuid.' })
}

function readNamed(files: ReadonlyMap<string, string>, path: string, host: string): string {
  const text = files.get(path)
  if (text !== undefined) return text
  throw new ProblemError('invalid', {
    host,
    detail: `The file ${path} did not come with the line.`,
    remedy: 'Choose it in the form.',
    issues: [{ path: 'cloud-init', message: `${path} is missing` }],
  })
}

/** The line as it could be typed, with the host's address; secrets are masked. */
export function commandOf(line: string, uri: string): string {
  const masked = maskSecrets(line)
  return masked.replace(/^virt-install\b/, `virt-install --connect ${shellWord(uri)}`)
}
