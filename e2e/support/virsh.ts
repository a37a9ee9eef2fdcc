import type { Host } from '../lab/index.ts'

/** `virsh dommemstat`, as numbers by name; sizes in KiB. */
export async function dommemstat(
  host: Host,
  name: string,
): Promise<Record<string, number>> {
  const text = await host.virsh('dommemstat', name)
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([field, value]) => [field ?? '', Number(value)]),
  )
}
