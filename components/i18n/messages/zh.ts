import account from './zh/account.json'
import audit from './zh/audit.json'
import auth from './zh/auth.json'
import common from './zh/common.json'
import create from './zh/create.json'
import dirtyRate from './zh/dirtyRate.json'
import domain from './zh/domain.json'
import errors from './zh/errors.json'
import fleet from './zh/fleet.json'
import history from './zh/history.json'
import host from './zh/host.json'
import hostFailure from './zh/hostFailure.json'
import hostMemory from './zh/hostMemory.json'
import jobs from './zh/jobs.json'
import memory from './zh/memory.json'
import migration from './zh/migration.json'
import monitor from './zh/monitor.json'
import numa from './zh/numa.json'
import policy from './zh/policy.json'
import reclaim from './zh/reclaim.json'
import selection from './zh/selection.json'
import settings from './zh/settings.json'
import shell from './zh/shell.json'
import sizing from './zh/sizing.json'

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
