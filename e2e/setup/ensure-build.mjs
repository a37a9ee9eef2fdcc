// Plain JavaScript for Node 20: `npm start` runs this before any package is installed.
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ensureNpm, node24, root } from './ensure.mjs'
import { fail, quietly, step } from './steps.mjs'

/** All that Next's build is made of. */
const SOURCES = [
  'app',
  'components',
  'public',
  'server/contract',
  'server/runtime.ts',
  'package-lock.json',
  'next.config.mjs',
  'postcss.config.mjs',
  'tsconfig.json',
]

/** The latest change beneath a file or folder, ms since 1970; 0 where there is none. */
export function latestChange(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  const inside = readdirSync(path).map((name) => latestChange(join(path, name)))
  return Math.max(stat.mtimeMs, ...inside)
}

/** Whether the sources have changed since the build began. */
export function isStale(base, distDir = '.next') {
  const id = join(base, distDir, 'BUILD_ID')
  if (!existsSync(id)) return true
  const built = statSync(id).mtimeMs
  return SOURCES.some((path) => latestChange(join(base, path)) > built)
}

/** Builds the pages if they were not built from what is here now. */
export async function ensureBuild() {
  const distDir = process.env.BALLAST_NEXT_DIST ?? '.next'
  if (!isStale(root, distDir)) return
  const id = join(root, distDir, 'BUILD_ID')
  // A build that fails half-way is none.
  rmSync(id, { force: true })
  const began = new Date()
  await step('building the pages', () =>
    quietly(node24(), [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    }),
  )
  // What was saved while it was building is newer than the build.
  utimesSync(id, began, began)
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await ensureNpm()
    await ensureBuild()
  } catch (error) {
    fail(error)
  }
}
