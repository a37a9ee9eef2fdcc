/** One metric of Prometheus' text format 0.0.4. */
export interface Family {
  name: string
  type: 'gauge' | 'counter'
  help: string
}

export type Labels = Record<string, string>

const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

/** `{host="alpha",domain="db1"}`, with what may not stand in a value escaped; '' without labels. */
export function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll(/[\\"\n]/g, (bad) => escapes[bad]!)}"`,
  )
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

export function headOf({ name, type, help }: Family): string {
  const text = help.replaceAll(/[\\\n]/g, (bad) => escapes[bad]!)
  return `# HELP ${name} ${text}\n# TYPE ${name} ${type}\n`
}

/** One sample; nothing at all where the value is not known. */
export function sampleLine(name: string, labels: string, value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : `${name}${labels} ${value}\n`
}
