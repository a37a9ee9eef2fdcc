import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { pack } from './compact.ts'
import { readOsinfo } from './directory.ts'

/*
 * Makes facts.json from a database of operating systems:
 *   node server/osinfo/make-facts.ts [/usr/share/osinfo]
 */
const folder = process.argv[2] ?? '/usr/share/osinfo'
const records = await readOsinfo([folder])
if (!records) throw new Error(`There is no database in ${folder}: install osinfo-db`)
const facts = pack(records, `facts read from osinfo-db ${records.version}`)
const lines = [
  `{"source":${JSON.stringify(facts.source)},"version":${JSON.stringify(facts.version)},`,
  `"texts":${JSON.stringify(facts.texts)},`,
  `"media":${JSON.stringify(facts.media)},`,
  `"resources":${JSON.stringify(facts.resources)},`,
  `"devices":${JSON.stringify(facts.devices)},`,
  `"systems":[\n${facts.systems.map((os) => JSON.stringify(os)).join(',\n')}\n]}\n`,
]
const path = join(import.meta.dirname, 'facts.json')
const content = lines.join('\n')
writeFileSync(path, content)
process.stdout.write(`${path}: ${facts.systems.length} systems, ${content.length} bytes\n`)
