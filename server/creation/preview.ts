import type { z } from 'zod'

import type {
  CreateCheck,
  CreateError,
  CreatePreview,
  CreatePreviewRequest,
  namedFile,
} from '../contract/create.ts'
import type { MemoryWarning } from '../contract/overcommit.ts'
import { withStandIns } from '../osinfo/newer-release.ts'
import type { HostFacts } from '../virtinst/host-facts.ts'
import { VirtInstallError } from '../virtinst/model.ts'
import type {
  BuildDomain,
  CommandLineOf,
  DomainPlan,
  ParseCommandLine,
  VirtInstallOptions,
} from '../virtinst/model.ts'
import type { OsDatabase } from '../virtinst/os-facts.ts'
import { firmwareOf } from './create-facts.ts'
import type { FleetDomain } from './fleet-domains.ts'
import {
  collisions,
  firmwareChecks,
  kvmCheck,
  lineChecks,
  macsIn,
  memoryChecks,
  networkChecks,
  spaceChecks,
} from './preview-checks.ts'
import { newSeed, seededBytes } from './seeded-bytes.ts'

/** The pure engine of server/virtinst. */
export interface Engine {
  parse: ParseCommandLine
  lineOf: CommandLineOf
  build: BuildDomain
}

export interface PreviewSurroundings {
  engine: Engine
  host: string
  osDatabase: OsDatabase
  /** What the host answers, for a line that names these things. */
  factsFor(options: VirtInstallOptions): Promise<HostFacts>
  fleet: readonly FleetDomain[]
  /** Names of the networks of the host that are switched on. */
  activeNetworks: ReadonlySet<string>
  /** What the host would be short of with such a domain: server/memory/overcommit.ts. */
  memoryWarnings(
    xml: string,
    amounts: { balloonKiB: number; maximumKiB: number },
  ): Promise<MemoryWarning[]>
}

/** A preview, and the plan behind it. */
export interface Previewed {
  preview: CreatePreview
  plan: DomainPlan | null
  options: VirtInstallOptions
}

/** A generated MAC that somebody has is drawn again this often. */
const mostDraws = 5

/**
 * What would come of a line or a form: both faces, the documents, what to look at, what is wrong.
 * What virt-install would refuse is an answer too, with the field that it belongs to.
 */
export async function previewOf(
  request: Pick<CreatePreviewRequest, 'line' | 'options' | 'files' | 'seed'>,
  around: PreviewSurroundings,
): Promise<Previewed> {
  const { engine, fleet, host } = around
  const seed = request.seed ?? newSeed()
  const nothing: CreatePreview = {
    line: request.line ?? '',
    options: { uses: [] },
    seed,
    name: null,
    installXml: null,
    finalXml: null,
    provenance: { install: null, final: null },
    storage: [],
    cloudInit: null,
    settled: null,
    warnings: [],
    checks: [],
    errors: [],
  }
  let options: VirtInstallOptions
  try {
    options = request.options ?? engine.parse(request.line ?? '')
  } catch (error) {
    const preview = { ...nothing, errors: [errorOf(error)] }
    return { preview, plan: null, options: { uses: [] } }
  }
  const shown = { ...nothing, line: engine.lineOf(options), options: copyOf(options) }
  const facts = await around.factsFor(options)
  const standIns: CreateCheck[] = []
  try {
    const plan = build(options, request.files, seed, facts, around, standIns)
    const checks = [
      ...plan.checks.map((check) => ({
        ...check,
        values: { ...check.values, host },
        fix: null,
      })),
      ...standIns,
      ...collisions(plan, host, fleet),
      ...(await memoryChecks(plan, around)),
      ...lineChecks(plan, new Set(request.files.map(({ path }) => path))),
      ...spaceChecks(plan, facts),
      ...networkChecks(plan, host, around.activeNetworks),
      ...firmwareChecks(plan, host, firmwareOf(facts)),
    ]
    return { preview: { ...shown, ...planned(plan), checks }, plan, options }
  } catch (error) {
    const checks = [...standIns, ...kvmCheck(options, facts, host, engine)]
    return { preview: { ...shown, errors: [errorOf(error)], checks }, plan: null, options }
  }
}

function build(
  options: VirtInstallOptions,
  files: readonly z.infer<typeof namedFile>[],
  seed: string,
  facts: HostFacts,
  { engine, osDatabase, fleet }: PreviewSurroundings,
  standIns: CreateCheck[],
): DomainPlan {
  const taken = new Set(fleet.flatMap(({ macs }) => macs))
  const typed = new Set(macsIn(JSON.stringify(options)))
  const paths = new Set(files.map(({ path }) => path))
  const database = withStandIns(osDatabase, ({ os, warning }, asked) => {
    if (standIns.length > 0) return
    standIns.push({
      code: 'os_newer_than_database',
      severity: 'warning',
      option: 'osinfo',
      message: warning,
      values: { asked, used: os.shortIds[0] ?? os.id },
      fix: null,
    })
  })
  for (let draw = 0; ; draw++) {
    const plan = engine.build(options, {
      facts,
      osDatabase: database,
      fileProblem: (path) =>
        paths.has(path) ? null : `[Errno 2] No such file or directory: '${path}'`,
      randomBytes: seededBytes(draw === 0 ? seed : `${seed}#${draw}`),
    })
    const drawn = macsIn(plan.finalXml).filter((mac) => !typed.has(mac))
    if (draw === mostDraws || !drawn.some((mac) => taken.has(mac))) return plan
  }
}

function planned(plan: DomainPlan): Partial<CreatePreview> {
  const { name, installXml, finalXml, provenance, cloudInit, settled, warnings } = plan
  return {
    name,
    installXml,
    finalXml,
    provenance,
    settled,
    warnings,
    cloudInit: cloudInit && {
      generatesPassword:
        cloudInit.userData.kind === 'made' && cloudInit.userData.generateRootPassword,
    },
    storage: plan.storage.map((step) =>
      step.kind === 'make-pool'
        ? {
            kind: step.kind,
            pool: step.pool,
            name: null,
            path: step.path,
            format: null,
            capacityBytes: null,
            backingPath: null,
          }
        : {
            kind: step.kind,
            pool: step.pool,
            name: step.name,
            path: step.path,
            format: step.format,
            capacityBytes: step.capacityBytes,
            backingPath: step.backing?.path ?? null,
          },
    ),
  }
}

function copyOf(options: VirtInstallOptions): CreatePreview['options'] {
  return {
    uses: options.uses.map(({ option, value, fields }) => ({
      option,
      value,
      fields: fields.map((field) => ({ ...field })),
    })),
  }
}

/** @throws what is no refusal of virt-install's: a fault of ours */
function errorOf(error: unknown): CreateError {
  if (!(error instanceof VirtInstallError)) throw error
  const { message, exitCode, option, key, use } = error
  return { message, exitCode, option, key, use }
}
