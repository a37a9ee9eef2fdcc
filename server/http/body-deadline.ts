import type { IncomingMessage, ServerResponse } from 'node:http'

import { ProblemError } from '../contract/problem.ts'
import { sendVerdict } from './api-gate.ts'

/**
 * Ends a request whose body is not here in time: 408, and the connection goes. Whoever waited for the
 * body sees it break off.
 */
export function setBodyDeadline(
  request: IncomingMessage,
  response: ServerResponse,
  deadlineMs: number,
): void {
  if (!hasBody(request)) return
  const timer = setTimeout(() => {
    if (request.complete) return
    const detail = `The body did not come within ${deadlineMs / 1000} s`
    const end = () => void request.destroy(new Error(detail))
    if (response.headersSent) return end()
    response.setHeader('connection', 'close')
    response.once('finish', end)
    const problem = new ProblemError('request_timeout', { detail })
    sendVerdict(request, response, { pass: false, problem })
  }, deadlineMs).unref()
  response.once('close', () => clearTimeout(timer))
}

function hasBody({ headers }: IncomingMessage): boolean {
  return (
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  )
}
