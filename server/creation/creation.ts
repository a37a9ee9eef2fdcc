import { randomUUID } from 'node:crypto'

import type { z } from 'zod'

import { roleAllows } from '../contract/account.ts'
import type { Me } from '../contract/account.ts'
import type {
  CreateFacts,
  CreatePreview,
  CreatePreviewRequest,
  CreateReply,
  CreateRequest,
  CreatePreset,
  fetchRequest,
  ImageLabels,
  MediaVolume,
  OsEntry,
  presetRequest,
  uploadRequest,
  UploadState,
} from '../contract/create.ts'
import type { MemoryWarning } from '../contract/overcommit.ts'
import { ProblemError } from '../contract/problem.ts'
import { problemOf } from '../fleet/link-error.ts'
import type { Jobs } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { LoadedOsDatabase } from '../osinfo/load.ts'
import type { CreateApi, FleetApi } from '../runtime.ts'
import { buildDomain } from '../virtinst/build-domain.ts'
import { commandLineOf, parseCommandLine } from '../virtinst/command-line.ts'
import { beginCreation } from './begin-creation.ts'
import { createFactsOf, mediaOf } from './create-facts.ts'
import { Fetches } from './fetches.ts'
import type { FleetDomain } from './fleet-domains.ts'
import { HostClients } from './host-clients.ts'
import { HostSnapshots } from './host-snapshots.ts'
import { osEntryOf, searchOs } from './os-search.ts'
import { previewOf } from './preview.ts'
import type { Engine, Previewed, PreviewSurroundings } from './preview.ts'
import { recoverCreation } from './recover-creation.ts'
import { Uploads } from './uploads.ts'
import { wantedPaths } from './wanted-paths.ts'

/** The pure part. */
const engine: Engine = {
  parse: parseCommandLine,
  lineOf: commandLineOf,
  build: buildDomain,
}

/** Lines that one person may keep. */
const mostPresets = 200

export interface PresetStore {
  list(userId: string): CreatePreset[]
  put(userId: string, preset: CreatePreset): void
  count(userId: string): number
  remove(userId: string, id: string): boolean
}

export interface CreationOptions {
  fleet: Pick<FleetApi, 'getHost'>
  /** All domains of the fleet. */
  domains(): Iterable<FleetDomain>
  /** What a host would be short of once a domain as in `xml` runs. */
  memoryWarnings(
    host: string,
    ...of: Parameters<PreviewSurroundings['memoryWarnings']>
  ): Promise<MemoryWarning[]>
  jobs: Jobs
  connect(uri: string, signal?: AbortSignal): Promise<LibvirtClient>
  loadOsDatabase(): Promise<LoadedOsDatabase>
  presets: PresetStore
  fetch: { allowOwn: boolean; mostBytes: number }
}

/** All of creating domains, as pages and handlers ask for it. */
export class Creation implements CreateApi {
  readonly #options: CreationOptions
  readonly #clients: HostClients
  readonly #snapshots: HostSnapshots
  readonly #uploads: Uploads
  readonly #fetches: Fetches
  #os: Promise<LoadedOsDatabase> | null = null

  constructor(options: CreationOptions) {
    this.#options = options
    this.#clients = new HostClients({
      uriOf: (host) => this.#uriOf(host),
      connect: options.connect,
    })
    this.#snapshots = new HostSnapshots(this.#clients)
    const { jobs } = options
    const clients = this.#clients
    const changed = (host: string) => this.#snapshots.changed(host)
    this.#uploads = new Uploads({ clients, jobs, changed })
    this.#fetches = new Fetches({ clients, jobs, changed, ...options.fetch })
    jobs.register('create', {
      // What was made is taken back at the next start, where an installation is not gone on with.
      onShutdown: 'leave',
      recover: (job, remembered) =>
        recoverCreation(job, remembered, {
          connectTo: (host, signal) => clients.own(host, signal),
          changed,
        }),
    })
  }

  async facts(host: string): Promise<CreateFacts> {
    const { memory, cpu, networks } = this.#options.fleet.getHost(host)
    const facts = await this.#asking(host, () => this.#snapshots.of(host))
    const { version, folder } = await this.#osDatabase()
    return createFactsOf(host, facts, {
      memory: memory && { totalKiB: memory.totalKiB, freeKiB: memory.freeKiB },
      cpus: cpu?.cpus ?? null,
      osDatabase: { version, folder },
      activeNetworks: activeOf(networks),
    })
  }

  async media(host: string): Promise<MediaVolume[]> {
    return mediaOf(await this.#asking(host, () => this.#snapshots.of(host)))
  }

  async labels(host: string, path: string): Promise<ImageLabels> {
    const facts = await this.#asking(host, () =>
      this.#snapshots.of(host, { paths: [path] }),
    )
    const { database } = await this.#osDatabase()
    const media = facts.media.find((one) => one.path === path)
    if (!media) {
      const there = facts.pools.some(({ volumes }) =>
        volumes.some((one) => one.path === path),
      )
      if (there) return { path, volumeId: null, os: null, live: false }
      throw new ProblemError('not_found', { host, detail: `Host ${host} has no ${path}.` })
    }
    const found = database.detectMedia(media)
    return {
      path,
      volumeId: media.volumeId,
      os: found ? osEntryOf(found.os, found.arch) : null,
      live: found?.live ?? false,
    }
  }

  async preview(host: string, request: CreatePreviewRequest): Promise<CreatePreview> {
    return (await this.#previewed(host, request)).preview
  }

  async create(host: string, request: CreateRequest, me: Me): Promise<CreateReply> {
    const uri = this.#uriOf(host)
    // What was previewed may be old by now.
    this.#snapshots.changed(host)
    const previewed = await this.#previewed(host, request)
    return beginCreation(previewed, {
      host,
      uri,
      by: me.username,
      request,
      jobs: this.#options.jobs,
      connect: (signal) => this.#clients.own(host, signal),
      changed: () => this.#snapshots.changed(host),
    })
  }

  async #previewed(
    host: string,
    request: Pick<CreatePreviewRequest, 'line' | 'options' | 'files' | 'seed'>,
  ): Promise<Previewed> {
    const { networks } = this.#options.fleet.getHost(host)
    const { database } = await this.#osDatabase()
    return await previewOf(request, {
      engine,
      host,
      osDatabase: database,
      factsFor: (options) =>
        this.#asking(host, () => this.#snapshots.of(host, { paths: wantedPaths(options) })),
      fleet: [...this.#options.domains()],
      activeNetworks: activeOf(networks),
      memoryWarnings: (...of) => this.#options.memoryWarnings(host, ...of),
    })
  }

  async searchOs(
    search: string,
    { limit, arch }: { limit: number; arch: string },
  ): Promise<OsEntry[]> {
    const { database } = await this.#osDatabase()
    const todayIso = new Date().toISOString().slice(0, 10)
    return searchOs(database, search, { limit, arch, todayIso })
  }

  beginUpload(
    host: string,
    pool: string,
    request: z.infer<typeof uploadRequest>,
    me: Me,
  ): Promise<UploadState> {
    this.#uriOf(host)
    return this.#uploads.begin(host, pool, request, me.username)
  }

  uploadState(id: string): UploadState {
    return this.#uploads.state(id)
  }

  upload(
    id: string,
    offsetBytes: number,
    body: AsyncIterable<Uint8Array>,
    me: Me,
  ): Promise<UploadState> {
    return this.#uploads.write(id, offsetBytes, body, whoIs(me))
  }

  cancelUpload(id: string, me: Me): UploadState {
    return this.#uploads.cancel(id, whoIs(me))
  }

  fetch(host: string, pool: string, request: z.infer<typeof fetchRequest>, me: Me): string {
    this.#uriOf(host)
    return this.#fetches.begin(host, pool, request, me.username)
  }

  presets(me: Me): CreatePreset[] {
    return this.#options.presets.list(me.id)
  }

  savePreset(me: Me, { name, line }: z.infer<typeof presetRequest>): CreatePreset {
    const { presets } = this.#options
    const same = presets.list(me.id).find((one) => one.name === name)
    if (!same && presets.count(me.id) >= mostPresets) {
      throw new ProblemError('conflict', {
        detail: `There are ${mostPresets} presets already.`,
        remedy: 'Remove one first.',
      })
    }
    const preset = {
      id: same?.id ?? randomUUID(),
      name,
      line,
      createdMs: same?.createdMs ?? Date.now(),
    }
    presets.put(me.id, preset)
    return preset
  }

  removePreset(me: Me, id: string): void {
    if (this.#options.presets.remove(me.id, id)) return
    throw new ProblemError('not_found', { detail: 'There is no such preset.' })
  }

  async close(): Promise<void> {
    await this.#clients.close()
  }

  /** @throws ProblemError not_found, or host_offline with the reason */
  #uriOf(host: string): string {
    const { uri, name, state, failure } = this.#options.fleet.getHost(host)
    if (state === 'online' || state === 'degraded') return uri
    throw new ProblemError('host_offline', {
      host,
      detail: `Host ${name} is not connected${failure ? `: ${failure.message}` : '.'}`,
      ...(failure?.remedy === undefined ? {} : { remedy: failure.remedy }),
      retryAfterSeconds: 5,
    })
  }

  async #osDatabase(): Promise<LoadedOsDatabase> {
    this.#os ??= this.#options.loadOsDatabase()
    try {
      return await this.#os
    } catch (error) {
      // Read anew the next time: somebody may have mended it.
      this.#os = null
      throw error
    }
  }

  async #asking<T>(host: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw problemOf(error, { host })
    }
  }
}

function activeOf(networks: readonly { name: string; active: boolean }[]): Set<string> {
  return new Set(networks.filter(({ active }) => active).map(({ name }) => name))
}

function whoIs(me: Me): { username: string; admin: boolean } {
  return { username: me.username, admin: roleAllows(me.role, 'admin') }
}
