import { osMayBeMissingVariable } from '../virtinst/model.ts'

/*
 * What virt-install reads from its environment. Apart from config.ts, so that a line whose XML is only
 * printed need not load that.
 */

/** What a program is started with that has to find others and may open windows. */
export function programSurroundings(env: NodeJS.ProcessEnv = process.env) {
  return { path: env['PATH'] ?? '', display: env['DISPLAY'] ?? '' }
}

/** Whether who runs it is content with a warning where virt-install demands an operating system. */
export function osMayBeMissing(env: NodeJS.ProcessEnv = process.env): boolean {
  return osMayBeMissingVariable in env
}
