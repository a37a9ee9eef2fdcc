import { join } from 'node:path'

import { getLab } from '../../../e2e/lab/index.ts'
import { silentLogger } from '../../fleet/testing/stores.ts'
import { Jobs } from '../../jobs/index.ts'
import { LibvirtClient } from '../../libvirt/client.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { Store } from '../../store/store.ts'
import { cloudInitOf } from '../cloud-init.ts'
import { createDomain } from '../create-domain.ts'
import { unwatched } from '../creation-watch.ts'
import { HostClients } from '../host-clients.ts'
import { Uploads } from '../uploads.ts'
import { labPlan } from './lab-plan.ts'

/*
 * Ballast's creations in a process of their own, to be killed. Says `CALL pools.define` just before
 * what changes the host is sent, and `AT define` after a step; where it is told to, it stands still.
 *
 *   create-child.ts create DIR NAME UUID [HOLD]
 *   create-child.ts upload DIR NAME
 */
const [what, dir = '', name = '', uuid = '', hold] = process.argv.slice(2)

const say = (line: string) => process.stdout.write(`${line}\n`)
const standStill = () => new Promise<never>(() => setInterval(() => undefined, 60_000))

const host = getLab().host('alpha')
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const store = new Store(join(dir, 'ballast.db'))
const jobs = new Jobs({ store: store.jobs, logger: silentLogger })

const changing = /^(?:define|start|create|upload|setAutostart)/

/** The same object, which says what it is about to be asked for. */
function telling<T extends object>(target: T, path = ''): T {
  return new Proxy(target, {
    get(of, key) {
      const value: unknown = Reflect.get(of, key, of)
      const called = `${path}${String(key)}`
      if (typeof value === 'function') {
        return (...args: unknown[]) => {
          if (changing.test(String(key))) say(`CALL ${called}`)
          return Reflect.apply(value, of, args)
        }
      }
      const isGroup = ['pools', 'volumes', 'domains'].includes(called)
      return isGroup && typeof value === 'object' && value !== null
        ? telling(value, `${called}.`)
        : value
    },
  })
}

const connect = async (signal?: AbortSignal) =>
  telling(await LibvirtClient.connect(host.uri, { openTransport, signal }))

function create(): void {
  const plan = labPlan({
    name,
    uuid,
    installs: true,
    cloudInit: true,
    pool: `p-${name}`,
    allocated: true,
  })
  jobs.start(
    {
      kind: 'create',
      title: { name, host: 'alpha' },
      owner: { type: 'user', name: 'otto' },
      hosts: ['alpha'],
      cancel: 'undo',
    },
    (job) =>
      createDomain(job, {
        host: 'alpha',
        plan,
        uuid,
        cloudInitImage: cloudInitOf(plan, uuid, () => '').image,
        keepOnFailure: false,
        validate: true,
        connect,
        changed: () => undefined,
        checkpoint: async (at) => {
          say(`AT ${at}`)
          if (at === hold) await standStill()
        },
        watch: {
          allocating: () => unwatched,
          transferring: () => unwatched,
          creatingDomain: () => unwatched,
          removing: () => unwatched,
          installing: () => void say('INSTALLING'),
          installEnded: () => undefined,
        },
      }),
  )
}

async function upload(): Promise<void> {
  const clients = new HostClients({ uriOf: () => host.uri, connect: () => connect() })
  const uploads = new Uploads({ clients, jobs, changed: () => undefined })
  const sizeBytes = 4 * 2 ** 20
  const begun = await uploads.begin('alpha', 'default', { name, sizeBytes }, 'otto')
  say('AT volume')
  const pieces = async function* () {
    yield Buffer.alloc(2 ** 20, 'x')
    say('SENT')
    await standStill()
  }
  await uploads.write(begun.id, 0, pieces(), { username: 'otto', admin: false })
}

if (what === 'create') create()
else await upload()
await standStill()
