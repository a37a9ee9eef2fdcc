import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'

import { pino } from 'pino'

import { AuditLog } from './audit/audit-log.ts'
import { Auth } from './auth/auth.ts'
import { ConfigError, loadConfig, readVersion } from './config.ts'
import type { FleetRow } from './contract/domain.ts'
import { Creation } from './creation/creation.ts'
import { fleetDomains } from './creation/fleet-domains.ts'
import { Evacuations } from './evacuation/evacuations.ts'
import { connectOverLibvirt, createFleet, MovePlanner } from './fleet/index.ts'
import { createForecastLog } from './forecast-log.ts'
import { History } from './history/history.ts'
import { HistoryRecorder } from './history/recorder.ts'
import { watchHosts } from './host-watch.ts'
import { exitOnFault, onStopSignal } from './http/lifetime.ts'
import { ListenError, startHttpServer } from './http/server.ts'
import { LiveHub } from './hub/live-hub.ts'
import { auditJobEnd } from './job-audit.ts'
import { Jobs } from './jobs/index.ts'
import { LibvirtClient } from './libvirt/client.ts'
import { LiveSources } from './live-sources.ts'
import { FleetMetrics } from './metrics/fleet-metrics.ts'
import { openMoveEnds } from './moves/move-end.ts'
import { Moves } from './moves/moves.ts'
import { loadOsDatabase } from './osinfo/load.ts'
import { Policies } from './reclaim/policies.ts'
import { Reclaim } from './reclaim/reclaim.ts'
import { shrinkAsJob } from './resize-job.ts'
import { registerRuntime } from './runtime.ts'
import { createHostKeys } from './ssh/host-key.ts'
import { parseLibvirtUri } from './ssh/libvirt-uri.ts'
import { createMeasureLink, measureLines } from './ssh/measure-link.ts'
import { createOpenTransport } from './ssh/open-transport.ts'
import { createProbePort } from './ssh/probe-port.ts'
import { DatabaseFileError } from './store/database.ts'
import { SqliteHistory } from './store/history/sqlite-history.ts'
import { Store } from './store/store.ts'

/*
 * V8 lets a heap grow to several times of what is alive before it looks for garbage. Half as much again
 * is enough here: with 10,000 domains and full series 0.7 GiB instead of 1.2, for little CPU time
 * (`npm run bench -- scale`).
 */
setFlagsFromString('--heap-growing-percent=50')

/** Everything of the server, in the order in which it needs each other. */
async function main(): Promise<void> {
  const config = loadConfig()
  const logger = pino({ level: config.logLevel })
  const logOf = (part: string) => logger.child({ part })
  exitOnFault(logger)
  const version = readVersion()

  const store = new Store(config.databaseFile)
  const audit = new AuditLog(store.audit, logOf('audit'))
  const { secret, trustedOrigins } = config
  const https = config.publicUrl?.startsWith('https:') ?? false
  const auth = new Auth({ store, secret, https, logger: logOf('auth') })
  const ssh = { knownHostsFile: config.knownHostsFile }
  const openTransport = createOpenTransport(ssh)
  const historyLog = logOf('history')
  const historyStore = new SqliteHistory({
    file: config.historyFile,
    mostBytes: config.historyMaxBytes,
    say: (message) => historyLog.warn(message),
  })
  const recorder = new HistoryRecorder(historyStore)
  const logForecast = createForecastLog({
    job: (id) => jobs.get(id),
    put: (run) => store.forecastRuns.put(run),
    failed: (err) => logger.error({ err }, 'a move could not be kept for forecasts'),
  })
  const jobs: Jobs = new Jobs({
    store: store.jobs,
    logger: logOf('jobs'),
    onBegin: (job, takenUp) => recorder.migrated(job, takenUp),
    onEnd: (job) => {
      recorder.migrated(job)
      auditJobEnd(audit, job)
      logForecast(job)
    },
  })
  const fleet = createFleet({
    sink: recorder,
    connect: connectOverLibvirt({ openTransport, logger: logOf('libvirt') }),
    checkUri: parseLibvirtUri,
    hostKeys: createHostKeys(ssh),
    hostStore: store.hosts,
    resizeStore: store.resizes,
    configChangeStore: store.configChanges,
    linkProbes: store.linkProbes,
    logger: logOf('fleet'),
    carryOutShrink: (shrink, of) => shrinkAsJob(jobs, shrink, of),
  })
  const moves = new MovePlanner({
    hosts: () => fleet.hosts,
    runs: store.forecastRuns,
    links: store.linkProbes,
    measureLink: { measure: createMeasureLink(ssh), lines: measureLines },
    probePort: createProbePort(ssh),
  })
  const history = new History(historyStore, fleet)
  const metrics = new FleetMetrics({
    version,
    fleet,
    historyBytes: () => historyStore.bytes,
  })
  const policies = new Policies({
    fleet,
    table: store.memoryPolicies,
    isBusy: (...names) => jobs.heldBy(...names) !== null,
    audit,
    logger: logOf('policy'),
  })
  const reclaim = new Reclaim({
    fleet,
    jobs,
    settingsOf: (host, uuid) => policies.settingsOf(host, uuid),
  })
  const migrations = new Moves({
    fleet,
    jobs,
    openEnd: openMoveEnds({ openTransport }),
    logger: logOf('migrations'),
  })
  const evacuations = new Evacuations({
    jobs,
    moves,
    domainsOf: (host) =>
      fleet
        .listDomains(
          {
            search: '',
            hosts: [host],
            states: ['running', 'paused'],
            sort: 'name',
            descending: false,
          },
          0,
          500,
        )
        .rows.map(placed),
    domainOf: (host, uuid) => placed(fleet.getDomain(host, uuid)),
    ready: (host) =>
      fleet.listHosts().every((one) => one.host !== host || one.state === 'online'),
    migrate: (...args) => migrations.start(...args),
  })
  const create = new Creation({
    fleet,
    domains: () => fleetDomains(fleet.hosts),
    memoryWarnings: (...of) => fleet.nodes.warningsOfNew(...of),
    jobs,
    connect: (uri, signal) =>
      LibvirtClient.connect(uri, {
        openTransport,
        logger: logOf('libvirt'),
        ...(signal ? { signal } : {}),
      }),
    loadOsDatabase,
    presets: store.presets,
    fetch: config.fetch,
  })
  const hub = new LiveHub({
    source: new LiveSources({ fleet, jobs, policies }),
    version,
    logger: logOf('hub'),
  })
  auth.onIdentityChange((userId) => void hub.recheckUser(userId))

  const reportError = (err: unknown, where: string) =>
    logger.error({ err, where }, 'a request failed')
  registerRuntime({
    version,
    trustedOrigins,
    fleet,
    migrations,
    history,
    jobs,
    moves,
    reclaim,
    policies,
    evacuations,
    create,
    auth,
    audit,
    reportError,
  })
  recorder.start()
  fleet.start()
  jobs.recover()
  policies.start()
  const unwatch = watchHosts(store.hosts, fleet, logOf('fleet'))
  const identify = (headers: Headers) => auth.identify(headers)
  const http = await startHttpServer({
    ...config,
    hub,
    identify,
    metrics: () => metrics.render(),
    logger: logOf('http'),
  })

  onStopSignal(logger, async () => {
    unwatch()
    await http.close()
    evacuations.close()
    await migrations.close()
    await jobs.close()
    await policies.close()
    await create.close()
    await fleet.close()
    recorder.close()
    historyStore.close()
    audit.close()
    store.close()
  })
  const url = config.publicUrl ?? http.url
  logger.info({ url, dataDir: config.dataDir }, `Ballast ${version} is up at ${url}`)
  const token = auth.beginSetup()
  if (token) {
    const link = `${url}/setup?token=${token}`
    process.stdout.write(
      `\nNobody can log in yet. Create the first admin:\n\n  ${link}\n\n`,
    )
  }
}

/** A domain with what it takes along when it moves. */
function placed({ host, uuid, name, memory }: Omit<FleetRow, 'spark' | 'pressureSpark'>) {
  return { host, uuid, name, memoryKiB: memory.balloonKiB ?? memory.maximumKiB }
}

main().catch((error: unknown) => {
  const expected = [ConfigError, DatabaseFileError, ListenError]
  const plain = error instanceof Error && expected.some((kind) => error instanceof kind)
  process.stderr.write(`${plain ? error.message : inspect(error)}\n`)
  process.exit(1)
})
