import type { Check } from '../model.ts'
import { get } from '../xml/tree.ts'
import type { Guest } from './guest.ts'
import type { Installer } from './installer.ts'

/** What a person should look at before pressing create; virt-install itself would go on. */
export function checksOf(guest: Guest, installer: Installer): Check[] {
  return [
    ...kvmCheck(guest),
    ...nameCheck(guest),
    ...networkChecks(guest, installer),
    ...minimumCheck(guest),
  ]
}

function kvmCheck(guest: Guest): Check[] {
  if (guest.virtType === 'kvm' || guest.get('@type') === undefined) return []
  if (guest.options.uses.some(({ option }) => option === 'virt-type')) return []
  return [
    {
      code: 'kvm_missing',
      severity: 'warning',
      option: 'virt-type',
      message: `KVM is not available on ${guest.context.facts.hostname}: '${guest.virtType}' emulates the processor and is many times slower`,
      values: { host: guest.context.facts.hostname, virtType: guest.virtType },
    },
  ]
}

function nameCheck(guest: Guest): Check[] {
  if (!guest.index.hasDomain(guest.name)) return []
  return [
    {
      code: 'name_in_use',
      severity: 'error',
      option: 'name',
      message: `Guest name '${guest.name}' is already in use.`,
      values: { name: guest.name },
    },
  ]
}

function networkChecks(guest: Guest, installer: Installer): Check[] {
  return guest.devicesOf('interface').flatMap((xml): Check[] => {
    const name = get(xml, 'source/@network')
    if (get(xml, '@type') !== 'network' || name === undefined) return []
    const network = guest.context.facts.networks.find((entry) => entry.name === name)
    const values = { network: name, host: guest.context.facts.hostname }
    if (!network) {
      return [
        {
          code: 'network_missing',
          severity: 'error',
          option: 'network',
          message: `There is no network '${name}' on ${values.host}`,
          values,
        },
      ]
    }
    const forwards = /<forward\b/.test(network.xml) || /<bootp\b/.test(network.xml)
    if (installer.kind !== 'network' || /<bootp\b/.test(network.xml)) return []
    if (forwards && /<forward\s+mode=['"](?:bridge|route|open)/.test(network.xml)) return []
    return [
      {
        code: 'network_no_pxe',
        severity: 'warning',
        option: 'network',
        message: `The network '${name}' does not offer PXE`,
        values,
      },
    ]
  })
}

function minimumCheck(guest: Guest): Check[] {
  const minimum = guest.os.minimum('ramBytes', guest.arch)
  const bytes = Number(guest.get('currentMemory') ?? 0) * 1024
  if (minimum === undefined || bytes >= minimum) return []
  return [
    {
      code: 'os_minimum',
      severity: 'warning',
      option: 'memory',
      message: `${guest.os.shortId} needs at least ${Math.ceil(minimum / 1024 ** 2)} MiB`,
      values: { os: guest.os.shortId, minimumMiB: Math.ceil(minimum / 1024 ** 2) },
    },
  ]
}
