import account from './en/account.json'
import audit from './en/audit.json'
import auth from './en/auth.json'
import common from './en/common.json'
import create from './en/create.json'
import dirtyRate from './en/dirtyRate.json'
import domain from './en/domain.json'
import errors from './en/errors.json'
import fleet from './en/fleet.json'
import history from './en/history.json'
import host from './en/host.json'
import hostFailure from './en/hostFailure.json'
import hostMemory from './en/hostMemory.json'
import jobs from './en/jobs.json'
import memory from './en/memory.json'
import migration from './en/migration.json'
import monitor from './en/monitor.json'
import numa from './en/numa.json'
import policy from './en/policy.json'
import reclaim from './en/reclaim.json'
import selection from './en/selection.json'
import settings from './en/settings.json'
import shell from './en/shell.json'
import sizing from './en/sizing.json'

/** One property a namespace; see ../use-t.ts for how pages use them. */
export const messages = {
  account,
  audit,
  auth,
  common,
  create,
  dirtyRate,
  domain,
  errors,
  fleet,
  history,
  host,
  hostFailure,
  hostMemory,
  jobs,
  memory,
  migration,
  monitor,
  numa,
  policy,
  reclaim,
  selection,
  settings,
  shell,
  sizing,
}
