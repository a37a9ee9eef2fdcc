import { hasOption } from '../command-line.ts'
import { get } from '../xml/tree.ts'
import type { Guest } from './guest.ts'

const mebibyte = 1024 ** 2
/** Less is no size of a guest, but GiB meant where MiB is read. */
const abnormallyLowMiB = 17

/** What virt-install says of a finished domain before it goes on, in its order. */
export function warnOfGuest(guest: Guest): void {
  if (hasOption(guest.options, 'pxe') && !mayOfferPxe(guest)) {
    guest.warnings.push("The guest's network configuration may not support PXE")
  }
  if (!guest.os.facts && guest.get('os/type') === 'hvm') {
    guest.warnings.push(
      `Using --osinfo ${guest.os.shortId}, VM performance may suffer. Specify an accurate OS for optimal results.`,
    )
  }
  warnOfMemory(guest)
}

/** False where it surely does not: only user-mode interfaces, or a NAT network without a boot file. */
function mayOfferPxe(guest: Guest): boolean {
  const nic = guest.devicesOf('interface').find((xml) => get(xml, '@type') !== 'user')
  if (!nic) return false
  if (get(nic, '@type') !== 'network') return true
  const name = get(nic, 'source/@network')
  const network = guest.context.facts.networks.find((one) => one.name === name)
  if (!network || /<bootp\b/.test(network.xml)) return true
  const forward = /<forward\b[^>]*\bmode=['"](\w+)/.exec(network.xml)?.[1]
  return forward !== undefined && forward !== 'nat'
}

function warnOfMemory(guest: Guest): void {
  const wanted = guest.os.minimum('ramBytes', guest.arch)
  const kib = Number(guest.get('currentMemory') ?? 0)
  const mib = Math.floor(kib / 1024)
  if (wanted === undefined) {
    if (mib >= abnormallyLowMiB) return
    guest.warnings.push(
      `Requested memory ${mib} MiB is abnormally low. Were you trying to specify GiB?`,
    )
  } else if (kib > 0 && kib * 1024 < wanted) {
    guest.warnings.push(
      `Requested memory ${mib} MiB is less than the recommended ${Math.floor(wanted / mebibyte)} MiB for OS ${guest.os.shortId}`,
    )
  }
}
