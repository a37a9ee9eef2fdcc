import type { Host } from './host.ts'
import type { Lab } from './index.ts'
import { FLEET, type HostPlan } from './plan.ts'

const LISTS = ['list --all', 'net-list --all', 'pool-list --all'] as const
const KINDS = ['domain', 'network', 'pool'] as const

/** What libvirt on a host has: `domain web1: running`, `network default: active`, `pool default: active`. */
export async function inventoryOf(host: Host): Promise<string[]> {
  let text
  try {
    text = await host.virsh(LISTS.join('; echo ==; '))
  } catch (error) {
    return [`no answer: ${error instanceof Error ? error.message : String(error)}`]
  }
  return parseLists(text)
}

/** Reads the three lists of `virsh -q`, each but the first after two equals signs, for quiet it ends no line after an echo. */
export function parseLists(text: string): string[] {
  const columns = (line: string) => line.trim().split(/\s{2,}/)
  return text.split(/^== /m).flatMap((list, index) =>
    list
      .split('\n')
      .filter((line) => line.trim())
      .map((line) => {
        const [first = '', second = '', third = ''] = columns(line)
        // Domains have their number before the name.
        const [name, state] = index === 0 ? [second, third] : [first, second]
        return `${KINDS[index]} ${name}: ${state}`
      }),
  )
}

/** What inventoryOf answers of a host that is as the plan wants it. */
export function plannedInventory({ guests, own }: HostPlan): string[] {
  return [
    ...guests.map(
      ({ name, running }) => `domain ${name}: ${running ? 'running' : 'shut off'}`,
    ),
    'network default: active',
    ...(own ? [`network ${own.network}: active`] : []),
    'pool default: active',
    ...(own ? [`pool ${own.pool}: active`] : []),
  ]
}

/** In words what `found` has too much or lacks against `wanted`; nothing where they are alike. */
export function differences(
  host: string,
  wanted: readonly string[],
  found: readonly string[],
): string[] {
  return [
    ...found.filter((line) => !wanted.includes(line)).map((line) => `${host} has ${line}`),
    ...wanted
      .filter((line) => !found.includes(line))
      .map((line) => `${host} lacks ${line}`),
  ]
}

/** In words where the lab is not as the plan wants it. */
export async function deviations(lab: Lab): Promise<string[]> {
  const of = async (plan: HostPlan) =>
    differences(plan.name, plannedInventory(plan), await inventoryOf(lab.host(plan.name)))
  return (await Promise.all(FLEET.map(of))).flat()
}

/** Removes the domains that are not of the plan, so that one test's remnant does not fail those after it. */
export async function removeStrangers(lab: Lab): Promise<void> {
  for (const { name, guests } of FLEET) {
    const host = lab.host(name)
    const names = (await host.virsh('list', '--all', '--name')).split('\n').filter(Boolean)
    for (const stranger of names)
      if (!guests.some((guest) => guest.name === stranger)) await host.removeGuest(stranger)
  }
}
