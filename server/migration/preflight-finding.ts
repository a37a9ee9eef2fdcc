import type {
  PreflightCheckName,
  PreflightCode,
  PreflightFinding,
  PreflightLevel,
  PreflightRemedy,
} from '../contract/preflight.ts'

/** A finding in one line. */
export function finding(
  check: PreflightCheckName,
  level: PreflightLevel,
  code: PreflightCode,
  params: PreflightFinding['params'] = {},
  remedy: PreflightRemedy | null = null,
): PreflightFinding {
  return { check, level, code, params, remedy }
}

/** The worst level of all. */
export function worst(findings: readonly PreflightFinding[]): PreflightLevel {
  if (findings.some(({ level }) => level === 'error')) return 'error'
  return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok'
}
