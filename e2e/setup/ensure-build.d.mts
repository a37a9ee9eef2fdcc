export function latestChange(path: string): number
export function isStale(base: string, distDir?: string): boolean
export function ensureBuild(): Promise<void>
