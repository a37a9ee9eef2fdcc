export interface DoneStep {
  title: string
  ms: number
}
export const doneSteps: DoneStep[]
export function step<T>(title: string, work: () => T | Promise<T>): Promise<T>
export function quietly(
  command: string,
  args: readonly string[],
  options?: { cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<string>
export function fail(error: unknown): never
