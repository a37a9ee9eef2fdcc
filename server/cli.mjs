import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

/*
 * `ballast …`: looks at the first word only and loads what it needs. virt-install starts in a tenth of
 * a second because accounts, store and schemas stay out of its way, and because what was stripped of its
 * types and compiled once is kept. That is why this file alone is plain JavaScript: one with types here
 * would have Node load its stripper (a third of the whole start) before there is a cache.
 */
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/ballast'))

// Not by --env-file-if-exists: where there is none, node says so on stderr.
if (existsSync('.env')) process.loadEnvFile('.env')

const [command = '', ...rest] = process.argv.slice(2)

if (command === 'virt-install') {
  const { runVirtInstall } = await import('./virt-install/command.ts')
  process.exitCode = await runVirtInstall(rest)
} else {
  const { runAdmin } = await import('./admin-cli.ts')
  await runAdmin(process.argv.slice(2))
}
