import type { Logger } from 'pino'

/** How long an orderly end may take before the process goes anyway. */
const stopLimitMs = 15_000

/**
 * After an exception that nobody caught, the state of the process is unknown: it says so and ends.
 * Next logs such exceptions and goes on, which would leave a server that answers but does not work.
 *
 * A promise that nobody awaited is only logged: Next leaves some behind when a browser goes away in
 * the middle of a page, and no browser may end the server.
 */
export function exitOnFault(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'unhandled rejection')
  })
}

/** Calls `stop` once when the process is asked to end; a second request ends it at once. */
export function onStopSignal(logger: Logger, stop: () => Promise<void>): void {
  let stopping = false
  const begin = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    logger.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopLimitMs).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'did not stop in order')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', begin)
  process.on('SIGINT', begin)
}
