import type { z } from 'zod'

import type {
  CreateCheck,
  CreateError,
  CreatePreview,
  CreatePreviewRequest,
  namedFile,
} from '../contract/create.ts'
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
import type { FleetDomain } from './fleet-domains.ts'
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
  /** Free memory of the host, where it is known. */
  freeKiB: number | null
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
      ...plan.checks.map((check) => ({ ...check, fix: null })),
      ...standIns,
      ...collisions(plan, host, fleet),
      ...memoryChecks(plan, around.freeKiB),
      ...spaceChecks(plan, facts),
    ]
    return { preview: { ...shown, ...planned(plan), checks }, plan, options }
  } catch (error) {
    const checks = [...standIns, ...kvmCheck(options, facts, engine)]
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
      fileExists: (path) => paths.has(path),
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

/** Names and MACs that another domain of the fleet has. */
function collisions(
  plan: DomainPlan,
  host: string,
  fleet: readonly FleetDomain[],
): CreateCheck[] {
  const checks: CreateCheck[] = []
  const namesake = fleet.find((one) => one.name === plan.name && one.host !== host)
  if (namesake) {
    checks.push({
      code: 'name_in_fleet',
      severity: 'warning',
      option: 'name',
      message: `Host ${namesake.host} has a domain '${plan.name}' too: neither could move to the other's host.`,
      values: { name: plan.name, host: namesake.host },
      fix: null,
    })
  }
  for (const mac of new Set(macsIn(plan.finalXml))) {
    const owner = fleet.find(({ macs }) => macs.includes(mac))
    if (!owner) continue
    checks.push({
      code: 'mac_in_fleet',
      severity: 'error',
      option: 'network',
      message: `The MAC address '${mac}' is in use by domain '${owner.name}' on host ${owner.host}.`,
      values: { mac, name: owner.name, host: owner.host },
      fix: null,
    })
  }
  return checks
}

function memoryChecks(plan: DomainPlan, freeKiB: number | null): CreateCheck[] {
  const { memoryKiB } = plan.settled
  if (freeKiB === null || memoryKiB <= freeKiB) return []
  if (plan.checks.some(({ code }) => code === 'memory_overcommit')) return []
  return [
    {
      code: 'memory_overcommit',
      severity: 'warning',
      option: 'memory',
      message: `The host has ${mib(freeKiB)} MiB free; the domain may use ${mib(memoryKiB)} MiB.`,
      values: { freeKiB, memoryKiB },
      fix: null,
    },
  ]
}

function spaceChecks(plan: DomainPlan, facts: HostFacts): CreateCheck[] {
  if (plan.checks.some(({ code }) => code === 'pool_space')) return []
  const wanted = new Map<string, number>()
  for (const step of plan.storage) {
    if (step.kind !== 'make-volume') continue
    wanted.set(step.pool, (wanted.get(step.pool) ?? 0) + step.capacityBytes)
  }
  return [...wanted].flatMap(([name, capacityBytes]): CreateCheck[] => {
    const pool = facts.pools.find((one) => one.name === name)
    if (!pool || capacityBytes <= pool.availableBytes) return []
    const { availableBytes } = pool
    return [
      {
        code: 'pool_space',
        severity: 'warning',
        option: 'disk',
        message: `Pool ${name} has ${mib(availableBytes / 1024)} MiB free; the new volumes may grow to ${mib(capacityBytes / 1024)} MiB.`,
        values: { pool: name, availableBytes, capacityBytes },
        fix: null,
      },
    ]
  })
}

/** kvm was asked for and is not there: the way out is one click away. */
function kvmCheck(
  options: VirtInstallOptions,
  facts: HostFacts,
  { lineOf }: Engine,
): CreateCheck[] {
  const asked = options.uses.findLast(({ option }) => option === 'virt-type')?.value
  const hasKvm = /<domain type=['"]kvm['"]/.test(facts.capabilitiesXml)
  if (asked !== 'kvm' || hasKvm) return []
  const uses = options.uses.filter(({ option }) => option !== 'virt-type')
  uses.push({ option: 'virt-type', value: 'qemu', fields: [] })
  return [
    {
      code: 'kvm_missing',
      severity: 'error',
      option: 'virt-type',
      message: `KVM is not available on ${facts.hostname}; QEMU can emulate the processor, many times slower.`,
      values: { host: facts.hostname },
      fix: { label: '--virt-type qemu', line: lineOf({ uses }) },
    },
  ]
}

function macsIn(text: string): string[] {
  return [...text.matchAll(/\b[\da-f]{2}(?::[\da-f]{2}){5}\b/gi)].map(([mac]) =>
    mac.toLowerCase(),
  )
}

function mib(kib: number): number {
  return Math.floor(kib / 1024)
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
