/**
 * Aborts when the user or the process that started this one wants an end: by a signal, by a message
 * over the channel, or because that process died.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort(new Error('stopped'))
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  process.on('message', stop)
  process.on('disconnect', stop)
  return controller.signal
}

/** Lets the process end although the channel is open. */
export function release(): void {
  if (process.connected) process.disconnect()
}
