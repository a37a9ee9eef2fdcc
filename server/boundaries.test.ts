import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

/*
 * Who may import whom. The table of the architecture, as a test: `folder: what of ours it may import`
 * besides itself, npm and node:. A folder that is not in the table may not exist.
 */
const mayImport: Record<string, readonly string[]> = {
  'server/contract': [],
  'server/ssh': ['server/contract'],
  'server/rpc': [],
  'server/libvirt': ['server/rpc', 'server/contract'],
  'server/memory': ['server/contract'],
  'server/dirty-rate': ['server/contract'],
  // Pure: what is foreseen of a migration, and what its figures mean.
  'server/migration': ['server/contract'],
  'server/numa': ['server/contract'],
  // What open live topics have in common, whoever knows what is in them.
  'server/live': ['server/contract'],
  'server/fleet': [
    'server/live',
    'server/libvirt',
    'server/memory',
    'server/dirty-rate',
    'server/numa',
    'server/migration',
    'server/contract',
  ],
  'server/evacuation': ['server/jobs', 'server/migration', 'server/contract'],
  'server/hub': ['server/contract'],
  'server/store': ['server/contract'],
  'server/auth': ['server/store', 'server/contract'],
  'server/audit': ['server/store', 'server/contract'],
  'server/history': [
    'server/fleet',
    'server/store',
    'server/memory',
    'server/contract',
    'server/runtime.ts',
  ],
  'server/metrics': ['server/contract'],
  // Pure: the model, the options and the defaults of virt-install. The create page uses it too.
  'server/virtinst': ['server/contract'],
  'server/reclaim': [
    'server/live',
    'server/fleet',
    'server/jobs',
    'server/memory',
    'server/store',
    'server/contract',
    'server/runtime.ts',
  ],
  'server/jobs': ['server/live', 'server/contract'],
  'server/osinfo': ['server/virtinst'],
  'server/creation': [
    'server/libvirt',
    'server/virtinst',
    'server/osinfo',
    'server/iso9660',
    'server/jobs',
    'server/fleet',
    'server/store',
    'server/contract',
    'server/runtime.ts',
  ],
  // The command line: a line of its own on one host.
  'server/virt-install': [
    'server/creation',
    'server/jobs',
    'server/libvirt',
    'server/osinfo',
    'server/ssh',
    'server/store',
    'server/virtinst',
    'server/contract',
    'server/config.ts',
  ],
  'server/iso9660': [],
  'server/moves': [
    'server/fleet',
    'server/jobs',
    'server/libvirt',
    'server/migration',
    'server/contract',
  ],
  'server/http': ['server/hub', 'server/auth', 'server/contract'],
  'server/bench': [
    'e2e/lab',
    'e2e/setup',
    'e2e/support',
    'server/contract',
    'server/dirty-rate',
    'server/fleet',
    'server/libvirt',
    'server/migration',
    'server/moves',
    'server/rpc',
    'server/ssh',
    'server/creation',
    'server/osinfo',
    'server/virtinst',
  ],
  // config.ts, main.ts, cli.mjs, runtime.ts and what main composes.
  server: ['server/*'],
  'components/ui': [],
  'components/charts': ['components/ui', 'components/i18n', 'server/contract'],
  'components/i18n': ['server/contract'],
  'components/data': ['components/ui/use-hydrating.ts', 'server/contract'],
  'components/create': ['components/*', 'server/contract', 'server/virtinst'],
  'components/migration': ['components/*', 'server/contract', 'server/migration'],
  'components/*': ['components/*', 'server/contract'],
  app: ['components/*', 'server/contract', 'server/runtime.ts'],
  'e2e/lab': [],
  'e2e/setup': ['e2e/lab'],
  e2e: ['e2e/lab', 'e2e/setup', 'server/contract'],
}

/** npm packages that one place alone may import. */
const keepers: Record<string, readonly string[]> = {
  next: ['app', 'components', 'server/http', 'next.config.mjs'],
  ws: ['server/http', 'server/hub'],
  'node:sqlite': ['server/store', 'server/auth'],
  'better-auth': ['server/auth'],
  recharts: ['components/charts'],
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const files = ['server', 'components', 'app', 'e2e'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
    .map((name) => join(top, name).split(sep).join('/')),
)

interface Import {
  file: string
  target: string
  typeOnly: boolean
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map((match) => ({
    file,
    typeOnly: match[1] !== undefined,
    target: resolveTarget(file, match[2] ?? match[3] ?? ''),
  })),
)

function resolveTarget(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join('/')
}

const isOurs = (target: string) => /^(server|components|app|e2e)(\/|$)/.test(target)

/** The row of the table that a file belongs to: the longest folder that is named there. */
function layerOf(file: string): string {
  const parts = dirname(file).split('/')
  for (let length = parts.length; length > 0; length--) {
    const folder = parts.slice(0, length).join('/')
    if (folder in mayImport) return folder
    if (length === 2 && `${parts[0]}/*` in mayImport) return folder
  }
  return parts[0] ?? ''
}

const rulesOf = (layer: string) =>
  mayImport[layer] ?? mayImport[`${layer.split('/')[0]}/*`] ?? []

function allowed(layer: string, target: string): boolean {
  if (dirname(target) === layer || target.startsWith(`${layer}/`)) {
    // The top of a tree holds more than one layer: `server` itself may use all of them by rule.
    return true
  }
  return rulesOf(layer).some((rule) =>
    rule.endsWith('/*')
      ? target.startsWith(rule.slice(0, -1))
      : target === rule || target.startsWith(`${rule}/`),
  )
}

/** Tests may reach for the lab and for what they compose. */
const isTest = (file: string) => /\.test\.tsx?$|test-support|\/testing\//.test(file)

describe('who may import whom', () => {
  test('reads a tree that is there', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(100)
  })

  test('knows up from down', () => {
    expect(allowed('server/rpc', 'server/libvirt/client.ts')).toBe(false)
    expect(allowed('server/libvirt', 'server/rpc/connection.ts')).toBe(true)
    expect(allowed('components/ui', 'components/fleet/fleet-table.tsx')).toBe(false)
    expect(allowed('components/fleet', 'components/ui/button.tsx')).toBe(true)
    expect(layerOf('components/fleet/fleet-table.tsx')).toBe('components/fleet')
    expect(layerOf('server/rpc/procedures/domain.ts')).toBe('server/rpc')
  })

  test('every server folder is a layer of the table', () => {
    const folders = readdirSync(join(root, 'server'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `server/${entry.name}`)
    expect(folders.filter((folder) => !(folder in mayImport))).toEqual([])
  })

  test('imports go down', () => {
    const broken = imports
      .filter(({ file, target }) => isOurs(target) && !isTest(file))
      .filter(({ file, target }) => !allowed(layerOf(file), target))
      .map(({ file, target }) => `${file} imports ${target}`)
    expect(broken).toEqual([])
  })

  test('some packages have one keeper', () => {
    const broken = imports
      .filter(({ file }) => !isTest(file))
      .flatMap(({ file, target }) => {
        const name = Object.keys(keepers).find(
          (keeper) => target === keeper || target.startsWith(`${keeper}/`),
        )
        if (!name || file.startsWith('e2e/')) return []
        return keepers[name]?.some((folder) => file.startsWith(folder))
          ? []
          : [`${file} imports ${target}`]
      })
    expect(broken).toEqual([])
  })

  test('only config reads the environment', () => {
    const readers = files.filter(
      (file) =>
        file.startsWith('server/') &&
        !isTest(file) &&
        !file.startsWith('server/bench/') &&
        // ssh hands the whole environment on to the OpenSSH it starts (agent, HOME), no more.
        !file.startsWith('server/ssh/') &&
        /process\.env\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(readers).toEqual(['server/config.ts', 'server/virt-install/environment.ts'])
  })

  test('the browser reaches the server only through components/data', () => {
    const callers = files.filter(
      (file) =>
        file.startsWith('components/') &&
        !file.startsWith('components/data/') &&
        !isTest(file) &&
        /\bfetch\(|new WebSocket\(/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(callers).toEqual([])
  })

  test('contract files are in the browser bundle, so they import zod and nothing of node', () => {
    const foreign = imports
      .filter(({ file }) => file.startsWith('server/contract/') && !isTest(file))
      .filter(({ target }) => !isOurs(target) && target !== 'zod')
    expect(foreign).toEqual([])
  })
})
