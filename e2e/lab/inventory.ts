import type { Host } from './host.ts'
import type { Lab } from './index.ts'
import { FLEET, type HostPlan } from './plan.ts'

const LISTS = ['list --all', 'net-list --all', 'pool-list --all'] as const
const KINDS = ['domain', 'network', 'pool'] as const

/** Something that libvirt on a host has. */
export interface Item {
  kind: (typeof KINDS)[number]
  name: string
  /** As virsh says it: `running`, `shut off`, `active`. */
  state: string
}

/** What libvirt on a host has. Throws where it does not answer. */
export async function inventoryOf(host: Host): Promise<Item[]> {
  return parseLists(await host.virsh(LISTS.join('; echo ==; ')))
}

/** Reads the lists of `virsh -q`, each but the first after two equals signs: quiet, it ends no line after an echo. */
export function parseLists(text: string): Item[] {
  return text.split(/^== /m).flatMap((list, index) =>
    list
      .split('\n')
      .filter((line) => line.trim())
      .map((line) => {
        const [first = '', second = '', third = ''] = line.trim().split(/\s{2,}/)
        const kind = KINDS[index] ?? 'pool'
        // Domains have their number before the name.
        return kind === 'domain'
          ? { kind, name: second, state: third }
          : { kind, name: first, state: second }
      }),
  )
}

/** What a host has that is as the plan wants it. */
export function plannedInventory({ guests, own }: HostPlan): Item[] {
  const active = (kind: Item['kind'], name: string): Item => ({
    kind,
    name,
    state: 'active',
  })
  return [
    ...guests.map(({ name, running }): Item => ({
      kind: 'domain',
      name,
      state: running ? 'running' : 'shut off',
    })),
    active('network', 'default'),
    active('pool', 'default'),
    ...(own ? [active('network', own.network), active('pool', own.pool)] : []),
  ]
}

/** In words what `found` has too much or lacks against `wanted`; nothing where they are alike. */
export function differences(
  host: string,
  wanted: readonly Item[],
  found: readonly Item[],
): string[] {
  const words = ({ kind, name, state }: Item) => `${kind} ${name}: ${state}`
  const [planned, there] = [wanted.map(words), found.map(words)]
  return [
    ...there.filter((line) => !planned.includes(line)).map((line) => `${host} has ${line}`),
    ...planned
      .filter((line) => !there.includes(line))
      .map((line) => `${host} lacks ${line}`),
  ]
}

/** In words where the lab is not as the plan wants it. */
export async function deviations(lab: Lab): Promise<string[]> {
  const of = async (plan: HostPlan) =>
    differences(plan.name, plannedInventory(plan), await inventoryOf(lab.host(plan.name)))
  return (await Promise.all(FLEET.map(of))).flat()
}

/** Removes what is not of the plan, so that one test's remnant does not fail those after it. */
export async function removeStrangers(lab: Lab): Promise<void> {
  for (const plan of FLEET) {
    const planned = plannedInventory(plan)
    const host = lab.host(plan.name)
    for (const item of await inventoryOf(host)) {
      if (planned.some(({ kind, name }) => kind === item.kind && name === item.name))
        continue
      await remove(host, item)
    }
  }
}

async function remove(host: Host, { kind, name, state }: Item): Promise<void> {
  if (kind === 'domain') return host.removeGuest(name)
  const prefix = kind === 'network' ? 'net' : 'pool'
  if (state === 'active') await host.virsh(`${prefix}-destroy`, name)
  const rest = (await inventoryOf(host)).some(
    (item) => item.kind === kind && item.name === name,
  )
  // One that was never defined went with its end.
  if (rest) await host.virsh(`${prefix}-undefine`, name)
}
