import type { VirtInstallOptions } from '../virtinst/model.ts'

/** Options whose values name files of the machine where the line is typed, not of the host. */
const local = new Set(['cloud-init', 'unattended', 'initrd-inject'])

/** Paths and `POOL/VOLUME` that a line names on the host. */
export function wantedPaths(options: VirtInstallOptions): string[] {
  const found = new Set<string>()
  const look = (text: string | null) => {
    if (text === null) return
    for (const part of [text, ...text.split(/[,=]/)]) {
      const path = part.trim().replaceAll(/^['"]|['"]$/g, '')
      if (/^\/[^,]+$/.test(path) || /^[\w.-]+\/[^/,]+$/.test(path)) found.add(path)
    }
  }
  for (const { option, value, fields } of options.uses) {
    if (local.has(option)) continue
    look(value)
    for (const field of fields) look(field.value)
  }
  return [...found].slice(0, 200)
}
