import type { CreateCheck, CreateFacts } from '../contract/create.ts'
import { ProblemError } from '../contract/problem.ts'
import { attribute, child, children, parseXml, XmlError } from '../libvirt/xml.ts'
import type { HostFacts } from '../virtinst/host-facts.ts'
import type { DomainPlan, VirtInstallOptions } from '../virtinst/model.ts'
import type { FleetDomain } from './fleet-domains.ts'
import type { Engine, PreviewSurroundings } from './preview.ts'

/*
 * What only a real host in a fleet knows, beside the checks of the engine. Each has a code and values:
 * the browser words it in its language, `message` is for programs.
 */

/** Names and MACs that another domain of the fleet has. */
export function collisions(
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

/**
 * What the host would be short of: the rule of a resize, with the new domain beside the others. Only
 * a warning: where the host cannot be asked, or the XML says what only libvirt can judge (a unit that
 * it does not know), there is none.
 */
export async function memoryChecks(
  plan: DomainPlan,
  { memoryWarnings }: Pick<PreviewSurroundings, 'memoryWarnings'>,
): Promise<CreateCheck[]> {
  const { memoryKiB, maximumMemoryKiB } = plan.settled
  const amounts = { balloonKiB: memoryKiB, maximumKiB: maximumMemoryKiB }
  const warnings = await memoryWarnings(plan.finalXml, amounts).catch((error: unknown) => {
    if (error instanceof XmlError || error instanceof ProblemError) return []
    throw error
  })
  return warnings.map(({ kind, needKiB, haveKiB, missingKiB, cells, pageKiB }) => ({
    code: 'memory_overcommit',
    severity: 'warning',
    option: 'memory',
    message: `The host would be ${mib(missingKiB)} MiB short (${kind}): ${mib(needKiB)} MiB needed, ${mib(haveKiB)} MiB there.`,
    values: {
      kind,
      needKiB,
      haveKiB,
      missingKiB,
      ...(cells ? { cells: cells.join(', ') } : {}),
      ...(pageKiB === null ? {} : { pageKiB }),
    },
    fix: null,
  }))
}

/** Networks that are switched off: libvirt would not start the domain. */
export function networkChecks(
  plan: DomainPlan,
  host: string,
  active: ReadonlySet<string>,
): CreateCheck[] {
  const interfaces = children(
    child(parseXml(plan.finalXml, 'domain'), 'devices'),
    'interface',
  )
  const names = interfaces
    .filter((card) => attribute(card, 'type') === 'network')
    .map((card) => attribute(child(card, 'source'), 'network'))
  const missing = new Set<unknown>(
    plan.checks
      .filter(({ code }) => code === 'network_missing')
      .map(({ values }) => values.network),
  )
  return [...new Set(names)].flatMap((network): CreateCheck[] => {
    if (network === null || active.has(network)) return []
    if (missing.has(network)) return []
    return [
      {
        code: 'network_inactive',
        severity: 'warning',
        option: 'network',
        message: `The network '${network}' is not active on ${host}: the domain would not start.`,
        values: { network, host },
        fix: null,
      },
    ]
  })
}

/** Firmware and TPM that libvirt on the host does not have: it would refuse the domain. */
export function firmwareChecks(
  plan: DomainPlan,
  host: string,
  offered: CreateFacts['firmware'],
): CreateCheck[] {
  const domain = parseXml(plan.finalXml, 'domain')
  const os = child(domain, 'os')
  const efi = attribute(os, 'firmware') === 'efi'
  const secure = children(child(os, 'firmware'), 'feature').some(
    (feature) =>
      attribute(feature, 'name') === 'secure-boot' &&
      attribute(feature, 'enabled') === 'yes',
  )
  const emulated = children(child(domain, 'devices'), 'tpm').some(
    (tpm) => attribute(child(tpm, 'backend'), 'type') === 'emulator',
  )
  const missing = (code: CreateCheck['code'], option: string, message: string) =>
    ({ code, severity: 'error', option, message, values: { host }, fix: null }) as const
  return [
    ...(efi && !offered.uefi
      ? [missing('uefi_missing', 'boot', `Host ${host} offers no UEFI firmware.`)]
      : secure && !offered.secureBoot
        ? [
            missing(
              'secure_boot_missing',
              'boot',
              `Host ${host} offers no firmware with secure boot.`,
            ),
          ]
        : []),
    ...(emulated && !offered.tpm
      ? [missing('tpm_missing', 'tpm', `QEMU on host ${host} has no TPM emulator.`)]
      : []),
  ]
}

/** What the line asks for and a page cannot do: nothing at all, or with a file that did not come along. */
export function lineChecks(plan: DomainPlan, files: ReadonlySet<string>): CreateCheck[] {
  const missing = filesOf(plan.cloudInit).filter((path) => !files.has(path))
  const checks = missing.map((path): CreateCheck => {
    const message = `The file ${path} did not come with the line.`
    const values = { path }
    const option = 'cloud-init'
    return { code: 'file_missing', severity: 'error', option, message, values, fix: null }
  })
  if (!plan.start.dryRun) return checks
  return [
    ...checks,
    {
      code: 'dry_run',
      severity: 'error',
      option: 'dry-run',
      message: 'The line says --dry-run or --print-xml: it creates nothing.',
      values: {},
      fix: null,
    },
  ]
}

function filesOf(cloudInit: DomainPlan['cloudInit']): string[] {
  if (!cloudInit) return []
  const { userData, metaDataFile, networkConfigFile } = cloudInit
  const made =
    userData.kind === 'file'
      ? [userData.path]
      : [userData.rootPasswordFile, userData.rootSshKeyFile, userData.clouduserSshKeyFile]
  return [...made, metaDataFile, networkConfigFile].filter((path) => path !== null)
}

/** Volumes that may outgrow their pool. */
export function spaceChecks(plan: DomainPlan, facts: HostFacts): CreateCheck[] {
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
export function kvmCheck(
  options: VirtInstallOptions,
  facts: HostFacts,
  host: string,
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
      message: `KVM is not available on ${host}; QEMU can emulate the processor, many times slower.`,
      values: { host },
      fix: { label: '--virt-type qemu', line: lineOf({ uses }) },
    },
  ]
}

/** MAC addresses in a text, in small letters. */
export function macsIn(text: string): string[] {
  return [...text.matchAll(/\b[\da-f]{2}(?::[\da-f]{2}){5}\b/gi)].map(([mac]) =>
    mac.toLowerCase(),
  )
}

function mib(kib: number): number {
  return Math.floor(kib / 1024)
}
