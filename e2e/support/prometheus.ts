import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { freePort } from './ballast-server.ts'

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
})
const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })),
  }),
})

/** A Prometheus of Debian's package, on a free port, that scrapes one Ballast every second. */
export class Prometheus {
  readonly #url: string
  readonly #end: () => Promise<void>

  private constructor(url: string, end: () => Promise<void>) {
    this.#url = url
    this.#end = end
  }

  static async start(ballastUrl: string, token: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-prometheus-'))
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'ballast',
          authorization: { credentials: token },
          static_configs: [{ targets: [new URL(ballastUrl).host] }],
        },
      ],
    }
    // JSON is YAML too.
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
    const port = await freePort()
    const child = spawn(
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-20_000)))
    const url = `http://127.0.0.1:${port}`
    const end = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    }
    for (let tries = 0; tries < 150 && child.exitCode === null; tries++) {
      const ready = await fetch(`${url}/-/ready`).catch(() => null)
      if (ready?.ok) return new Prometheus(url, end)
      await delay(100)
    }
    await end()
    throw new Error(`prometheus did not start:\n${said}`)
  }

  /** The values of an instant query, with their labels. */
  async query(query: string): Promise<{ labels: Record<string, string>; value: number }[]> {
    const text = await this.#get(`/api/v1/query?query=${encodeURIComponent(query)}`)
    return answer.parse(text).data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }))
  }

  /** How the scraping goes: `up`, or why not. */
  async health(): Promise<string> {
    const [target] = targets.parse(await this.#get('/api/v1/targets')).data.activeTargets
    if (!target) return 'no target'
    return target.health === 'up' ? 'up' : `${target.health}: ${target.lastError}`
  }

  stop(): Promise<void> {
    return this.#end()
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(this.#url + path)
    return response.json()
  }
}
