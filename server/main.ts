import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import { pino } from 'pino'

import { AuditLog } from './audit/audit-log.ts'
import { Auth } from './auth/auth.ts'
import { ConfigError, loadConfig } from './config.ts'
import { emptyFleet } from './empty-fleet.ts'
import { exitOnFault, onStopSignal } from './http/lifetime.ts'
import { ListenError, startHttpServer } from './http/server.ts'
import { LiveHub } from './hub/live-hub.ts'
import { registerRuntime } from './runtime.ts'
import { DatabaseFileError } from './store/database.ts'
import { Store } from './store/store.ts'

/** Everything of the server, in the order in which it needs each other. */
async function main(): Promise<void> {
  const config = loadConfig()
  const logger = pino({ level: config.logLevel })
  exitOnFault(logger)
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string }

  const store = new Store(config.databaseFile)
  const audit = new AuditLog(store.audit, logger.child({ part: 'audit' }))
  const https = config.publicUrl?.startsWith('https:') ?? false
  const auth = new Auth({
    store,
    secret: config.secret,
    https,
    logger: logger.child({ part: 'auth' }),
  })
  const fleet = emptyFleet
  const hub = new LiveHub({ source: fleet, version, logger: logger.child({ part: 'hub' }) })
  auth.onIdentityChange((userId) => void hub.recheckUser(userId))

  const { trustedOrigins } = config
  const reportError = (err: unknown, where: string) =>
    logger.error({ err, where }, 'a request failed')
  registerRuntime({ version, trustedOrigins, fleet, auth, audit, reportError })
  const identify = (headers: Headers) => auth.identify(headers)
  const http = await startHttpServer({
    ...config,
    hub,
    identify,
    logger: logger.child({ part: 'http' }),
  })

  const origin = config.publicUrl ?? http.url
  const setupToken = auth.beginSetup()
  logger.info(
    { url: origin, dataDir: config.dataDir },
    `Ballast ${version} listens on ${http.url}`,
  )
  if (setupToken) {
    process.stdout.write(
      `\nNobody can log in yet. Create the first admin here (works once, until the next start):\n\n` +
        `    ${origin}/setup?token=${setupToken}\n\n`,
    )
  }

  onStopSignal(logger, async () => {
    await http.close()
    audit.close()
    store.close()
  })
}

main().catch((error: unknown) => {
  const expected = [ConfigError, DatabaseFileError, ListenError]
  const plain = error instanceof Error && expected.some((kind) => error instanceof kind)
  process.stderr.write(`${plain ? error.message : inspect(error)}\n`)
  process.exit(1)
})
