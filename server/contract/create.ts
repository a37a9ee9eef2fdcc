import { z } from 'zod'

import { hostSlug } from './host.ts'
import { jobId } from './job.ts'

/*
 * Creating domains: what a form is filled from, what a line or a form becomes, and how it is begun.
 * The options are those of server/virtinst/model.ts, as data.
 */

export const createLimits = {
  /** Characters of a virt-install line, and of one value. */
  line: 65_536,
  uses: 500,
  fields: 500,
  /** Characters of a file that a line names (user-data, a key). */
  file: 262_144,
  files: 10,
  xml: 1_048_576,
} as const

const value = z.string().max(createLimits.line)

/** One option as it was typed once: server/virtinst/model.ts, OptionUse. */
export const optionUse = z.strictObject({
  option: z.string().max(100),
  value: value.nullable(),
  fields: z
    .array(
      z.strictObject({
        key: z.string().max(200),
        value: value.nullable(),
        typedAs: z
          .string()
          .max(200)
          .optional()
          .describe('the spelling typed, for messages'),
      }),
    )
    .max(createLimits.fields),
})
export const createOptions = z.strictObject({
  uses: z.array(optionUse).max(createLimits.uses),
})

/** A file that the line names by a path on the machine of whoever types it: its content. */
export const namedFile = z.strictObject({
  path: z.string().min(1).max(4_096),
  text: z.string().max(createLimits.file),
})

const asked = {
  line: z
    .string()
    .max(createLimits.line)
    .optional()
    .describe('a virt-install line, with or without the first word; or `options`'),
  options: createOptions.optional(),
  files: z.array(namedFile).max(createLimits.files).default([]),
  seed: z
    .string()
    .regex(/^[\da-f]{32}$/)
    .optional()
    .describe('of an earlier answer: gives the same uuid, MACs and file names again'),
}
const oneFace = (request: { line?: string | undefined; options?: unknown }) =>
  (request.line === undefined) !== (request.options === undefined)
const oneFaceWords = { message: 'give either `line` or `options`', path: ['line'] }

/** What would be made of a line or a form. Nothing is changed by asking. */
export const createPreviewRequest = z.strictObject(asked).refine(oneFace, oneFaceWords)
export type CreatePreviewRequest = z.infer<typeof createPreviewRequest>

/** Creates the domain. The same as was previewed, with what was edited and chosen besides. */
export const createRequest = z
  .strictObject({
    ...asked,
    xml: z
      .strictObject({
        install: z.string().max(createLimits.xml).optional(),
        final: z.string().max(createLimits.xml).optional(),
      })
      .default({})
      .describe('documents that were edited: they stand in for the built ones'),
    keepOnFailure: z
      .boolean()
      .default(false)
      .describe('volumes and definition stay when it fails or is cancelled'),
  })
  .refine(oneFace, oneFaceWords)
export type CreateRequest = z.infer<typeof createRequest>

/** Keys of options whose values are secret: not shown in lines, not kept in jobs or addresses. */
export const secretKey = /(?:passw(?:or)?d|passphrase|secret)$/i

const editedXml = z.object({
  built: z.string().describe('as it came from the line'),
  edited: z.string(),
})
/** The form of a creation as its job keeps it, so that one can come back to it. */
export const createForm = z.object({
  line: z.string(),
  seed: z.string(),
  files: z.array(namedFile).describe('public keys alone'),
  xml: z.object({ install: editedXml.nullable(), final: editedXml.nullable() }),
  keepOnFailure: z.boolean(),
  withheld: z
    .array(z.string())
    .describe('what is secret, or may be, and is not kept: `--graphics password`, a file'),
})
export type CreateForm = z.infer<typeof createForm>

/** What is wrong with an option, in virt-install's words, and the field that it belongs to. */
export const createError = z.object({
  message: z.string(),
  exitCode: z.number().int().describe('what virt-install would end with'),
  option: z.string().nullable().describe('without dashes; null = the line as a whole'),
  key: z.string().nullable(),
  use: z.number().int().nullable().describe('which of `uses`'),
})
export type CreateError = z.infer<typeof createError>

/** server/virtinst/model.ts, Check: a figure to see before creating. */
export const createCheck = z.object({
  code: z.enum([
    'kvm_missing',
    'memory_overcommit',
    'name_in_use',
    'network_missing',
    'network_no_pxe',
    'os_minimum',
    'pool_space',
    'disk_in_use',
    'name_in_fleet',
    'mac_in_fleet',
    'os_newer_than_database',
    'network_inactive',
    'uefi_missing',
    'secure_boot_missing',
    'tpm_missing',
    'file_missing',
    'dry_run',
  ]),
  severity: z.enum(['error', 'warning']),
  option: z.string(),
  message: z.string().describe('in English; a page words `code` with `values`'),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** One click: the line with the way out, such as `--virt-type qemu`. */
  fix: z
    .object({ label: z.string(), line: z.string() })
    .nullable()
    .describe('the label is a piece of a command line, to be shown as such'),
})
export type CreateCheck = z.infer<typeof createCheck>

const origin = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('typed'),
    option: z.string(),
    use: z.number().int(),
    key: z.string().nullable(),
  }),
  z.object({ by: z.literal('default') }),
  z.object({ by: z.literal('shape') }),
])
/** A line of the XML, in pieces: what was typed and what came by default told apart. */
export const provenanceLine = z.object({
  indent: z.number().int(),
  segments: z.array(z.object({ text: z.string(), origin })),
})
export type ProvenanceLines = z.infer<typeof provenanceLine>[]

export const plannedStorage = z.object({
  kind: z.enum(['make-pool', 'make-volume']),
  pool: z.string(),
  name: z.string().nullable(),
  path: z.string(),
  format: z.string().nullable(),
  capacityBytes: z.number().nullable(),
  backingPath: z.string().nullable(),
})

export const createPreview = z.object({
  line: z.string().describe('minimal, to be copied'),
  options: createOptions,
  seed: z.string(),
  name: z.string().nullable(),
  installXml: z.string().nullable().describe('null: there is no install phase'),
  finalXml: z.string().nullable().describe('null: see errors'),
  provenance: z.object({
    install: z.array(provenanceLine).nullable(),
    final: z.array(provenanceLine).nullable(),
  }),
  storage: z.array(plannedStorage),
  cloudInit: z
    .object({ generatesPassword: z.boolean() })
    .nullable()
    .describe('a NoCloud medium is made and attached for the first boot'),
  settled: z
    .object({
      osId: z.string().nullable(),
      osShortId: z.string(),
      machine: z.string(),
      virtType: z.string(),
      arch: z.string(),
      firmware: z.enum(['bios', 'efi']),
      memoryKiB: z.number(),
      maximumMemoryKiB: z.number(),
      vcpus: z.number(),
    })
    .nullable(),
  warnings: z.array(z.string()),
  checks: z.array(createCheck),
  errors: z.array(createError).describe('empty: it can be created'),
})
export type CreatePreview = z.infer<typeof createPreview>

/** What was begun: follow the job. */
export const createReply = z.object({
  job: jobId,
  command: z.string().describe('secrets masked'),
  rootPassword: z
    .string()
    .nullable()
    .describe(
      'made for cloud-init: shown only here, kept nowhere; null = none was asked for',
    ),
})
export type CreateReply = z.infer<typeof createReply>

/** A pool as a form needs it. */
export const createPool = z.object({
  name: z.string(),
  type: z.string(),
  active: z.boolean(),
  targetPath: z.string().nullable(),
  capacityBytes: z.number(),
  availableBytes: z.number(),
  takesFiles: z.boolean().describe('volumes can be uploaded into it'),
})
export const createNetwork = z.object({
  name: z.string(),
  active: z.boolean(),
  forward: z.string().nullable().describe('nat, route, bridge, …; null = isolated'),
  bridge: z.string().nullable(),
  pxe: z.boolean(),
})
export const createArch = z.object({
  arch: z.string(),
  virtTypes: z.array(z.string()).describe('kvm, qemu: the best first'),
  machines: z.array(z.string()),
})

/** What a host has and can do, for the form. */
export const createFacts = z.object({
  host: hostSlug,
  kvm: z.boolean(),
  memory: z.object({ totalKiB: z.number(), freeKiB: z.number() }).nullable(),
  cpus: z.number().int().nullable(),
  pools: z.array(createPool),
  networks: z.array(createNetwork),
  arches: z.array(createArch),
  firmware: z.object({ uefi: z.boolean(), secureBoot: z.boolean(), tpm: z.boolean() }),
  graphics: z.array(z.string()),
  video: z.array(z.string()),
  cpuModes: z.array(z.string()),
  cpuModels: z.array(z.string()).describe('that this host can run'),
  domainNames: z.array(z.string()),
  osDatabase: z.object({ version: z.string(), folder: z.string().nullable() }),
})
export type CreateFacts = z.infer<typeof createFacts>

export const osAmounts = z.object({
  ramBytes: z.number().nullable(),
  cpus: z.number().nullable(),
  storageBytes: z.number().nullable(),
})
/** An operating system in the type-ahead. */
export const osEntry = z.object({
  shortId: z.string(),
  id: z.string(),
  name: z.string(),
  family: z.string(),
  releaseDate: z.string().nullable(),
  eolDate: z.string().nullable(),
  minimum: osAmounts.nullable(),
  recommended: osAmounts.nullable(),
})
export type OsEntry = z.infer<typeof osEntry>

/** A volume that may be booted or attached. */
export const mediaVolume = z.object({
  pool: z.string(),
  name: z.string(),
  path: z.string(),
  format: z.string().nullable(),
  capacityBytes: z.number(),
  allocationBytes: z.number(),
  kind: z.enum(['iso', 'disk']),
  usedBy: z.array(z.string()).describe('names of domains that have it as a disk'),
})
export type MediaVolume = z.infer<typeof mediaVolume>

/** What an image says of itself. */
export const imageLabels = z.object({
  path: z.string(),
  volumeId: z.string().nullable().describe('null = no ISO 9660 image'),
  os: osEntry.nullable().describe('null = not recognised'),
  live: z.boolean(),
})
export type ImageLabels = z.infer<typeof imageLabels>

/** A name for a volume: no slash, no leading dot, what a file may be called. */
export const volumeName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\p{Cc}.][^/\p{Cc}]*$/u, 'a file name: no slash, not beginning with a dot')

/** Begins an upload: makes the volume; the bytes follow with PUT …/uploads/{id}?offset=. */
export const uploadRequest = z.strictObject({
  name: volumeName,
  sizeBytes: z
    .number()
    .int()
    .positive()
    .max(2 ** 50),
})
export const uploadState = z.object({
  id: z.string(),
  job: jobId,
  host: hostSlug,
  pool: z.string(),
  name: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  receivedBytes: z.number().describe('on the host: go on from here'),
  state: z.enum(['waiting', 'receiving', 'done', 'failed', 'cancelled']),
})
export type UploadState = z.infer<typeof uploadState>

/** The server fetches a file into a pool. */
export const fetchRequest = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  name: volumeName.optional().describe('left out: the last part of the address'),
  checksum: z
    .string()
    .regex(/^(sha256:[\da-fA-F]{64}|sha512:[\da-fA-F]{128})$/)
    .optional(),
})

/** A line that is kept under a name, of one person. */
export const createPreset = z.object({
  id: z.string(),
  name: z.string(),
  line: z.string(),
  createdMs: z.number(),
})
export type CreatePreset = z.infer<typeof createPreset>
export const presetRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  line: z.string().min(1).max(createLimits.line),
})
