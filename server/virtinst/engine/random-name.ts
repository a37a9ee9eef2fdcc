import type { Guest } from './guest.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Where files of the install phase lie on the host. */
const scratchDirectory = '/var/lib/libvirt/boot'

/** A path in the host's scratch directory that nobody else has: `virtinst-x7f3k2ab-NAME`. */
export function scratchPath(guest: Guest, name: string): string {
  const random = [...guest.context.randomBytes(8)]
    .map((byte) => letters[byte % letters.length]!)
    .join('')
  return `${scratchDirectory}/virtinst-${random}-${name}`
}
