import type { GuestModel } from './simulated-host.ts'

/*
 * The balloon loop of Proxmox VE by what its documentation and design say of it, for comparison only:
 * every 10 s; the goal is 80 % of the host's RAM less what is used; below 10 MiB nothing happens;
 * memory is taken first from guests whose free memory is above a quarter of their minimum, then from
 * all; given first to those without so much; by shares above each minimum; a guest moves by at most
 * 100 MiB a round.
 */
const everySeconds = 10
const idleMiB = 10
const mostMoveMiB = 100
const targetShare = 0.8

export function proxmoxLoop(hostMiB: number) {
  return (guests: readonly GuestModel[], availableMiB: number, second: number): void => {
    if (second % everySeconds !== 0) return
    const goalMiB = hostMiB * targetShare - (hostMiB - availableMiB)
    if (Math.abs(goalMiB) < idleMiB) return
    const roomy = guests.filter(({ told, guest }) => told.freeMiB > guest.minimumMiB * 0.25)
    const tight = guests.filter((guest) => !roomy.includes(guest))
    const moved = new Set<GuestModel>()
    const rest = spread(goalMiB > 0 ? tight : roomy, goalMiB, moved)
    if (Math.abs(rest) >= idleMiB) {
      spread(
        guests.filter((guest) => !moved.has(guest)),
        rest,
        moved,
      )
    }
  }
}

/** By shares above the minimum. @returns what could not be moved */
function spread(
  list: readonly GuestModel[],
  goalMiB: number,
  moved: Set<GuestModel>,
): number {
  const above = list.reduce(
    (sum, { targetMiB, guest }) => sum + targetMiB - guest.minimumMiB,
    0,
  )
  const shares = list.reduce((sum, { guest }) => sum + guest.shares, 0)
  let rest = goalMiB
  for (const model of list) {
    const { guest } = model
    const wanted = guest.minimumMiB + ((above + goalMiB) * guest.shares) / shares
    const bounded = Math.min(guest.maximumMiB, Math.max(guest.minimumMiB, wanted))
    let step = Math.max(-mostMoveMiB, Math.min(mostMoveMiB, bounded - model.targetMiB))
    if (Math.sign(step) !== Math.sign(goalMiB)) continue
    if (Math.abs(step) > Math.abs(rest)) step = rest
    if (step === 0) continue
    model.targetMiB += step
    rest -= step
    moved.add(model)
  }
  return rest
}
