/** QEMU plugs memory in whole blocks of this. */
const blockKiB = 128 * 1024

/** A memory device of at least `moreKiB`, for `virsh attach-device`: into the guest's first cell. */
export function dimmXml(moreKiB: number): string {
  const sizeKiB = Math.max(1, Math.ceil(moreKiB / blockKiB)) * blockKiB
  return `<memory model='dimm'><target><size unit='KiB'>${sizeKiB}</size><node>0</node></target></memory>`
}
