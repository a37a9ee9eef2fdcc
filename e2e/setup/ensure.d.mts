interface LockFile {
  packages: Record<string, { version?: string; link?: boolean; optional?: boolean }>
}
export const root: string
export const PACKAGES: Record<'lab' | 'browser' | 'bench' | 'metrics', string[]>
export function node24(): string
export function isInstalled(lock: LockFile, installed: LockFile): boolean
export function linkNode(base: string): void
export function ensureNpm(): Promise<void>
export function ensureDebian(packages: readonly string[]): Promise<void>
export function continueIn(script: string, args?: readonly string[]): void
