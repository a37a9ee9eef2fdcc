'use client'

import { CircleStop, Download, Upload } from 'lucide-react'
import { useRef, useState } from 'react'

import { jobIsActive } from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { sendFile } from '../data/upload.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { ProgressBar } from '../jobs/job-parts.tsx'
import { shareOf } from '../jobs/job-words.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { createMutations } from './create-api.ts'
import { useForm } from './form-context.tsx'

/** Brings an image into a pool of the host: from this computer, or fetched by the server. */
export function GetImage({ onReady }: { onReady: (path: string) => void }) {
  const t = useT('create')
  const f = useFormat()
  const { state, facts } = useForm()
  const pools = facts?.pools.filter(({ takesFiles, active }) => takesFiles && active) ?? []
  const [chosen, setChosen] = useState('')
  const pool = pools.find(({ name }) => name === chosen) ?? pools[0]
  if (!pool) return <p className="text-muted text-sm">{t('image.noPool')}</p>
  return (
    <div className="bg-sunken space-y-4 rounded border p-4">
      <Select
        label={t('image.pool')}
        value={pool.name}
        onChange={setChosen}
        options={pools.map(({ name, availableBytes }) => ({
          value: name,
          label: t('image.poolFree', { name, free: f.bytes(availableBytes) }),
        }))}
      />
      <UploadFile host={state.host} pool={pool.name} onReady={onReady} />
      <FetchFile host={state.host} pool={pool.name} onReady={onReady} />
    </div>
  )
}

interface Target {
  host: string
  pool: string
  onReady: (path: string) => void
}

function UploadFile({ host, pool, onReady }: Target) {
  const t = useT('create')
  const f = useFormat()
  const input = useRef<HTMLInputElement>(null)
  const [going, setGoing] = useState<{
    name: string
    done: number
    total: number
    abort: AbortController
  } | null>(null)
  const [problem, setProblem] = useState<ProblemLike | null>(null)

  async function upload(file: File) {
    const abort = new AbortController()
    const show = (done: number) =>
      setGoing({ name: file.name, done, total: file.size, abort })
    setProblem(null)
    show(0)
    let id: string | null = null
    try {
      const begun = await createMutations.beginUpload(host, pool, {
        name: file.name,
        sizeBytes: file.size,
      })
      id = begun.id
      const { path } = await sendFile(file, begun, {
        signal: abort.signal,
        onProgress: ({ receivedBytes }) => show(receivedBytes),
      })
      onReady(path)
    } catch (error) {
      if (id !== null) await createMutations.cancelUpload(id).catch(() => null)
      if (!abort.signal.aborted) setProblem(problemOf(error))
    } finally {
      setGoing(null)
    }
  }
  return (
    <div className="space-y-2">
      <input
        ref={input}
        type="file"
        aria-label={t('image.file')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void upload(file)
        }}
      />
      {going ? (
        <div className="flex items-end gap-3">
          <div className="min-w-0 flex-1">
            <p className="flex gap-2 text-sm">
              <span className="min-w-0 truncate">{going.name}</span>
              <span className="tabular text-muted ml-auto font-mono text-xs">
                {f.bytes(going.done)} / {f.bytes(going.total)}
              </span>
            </p>
            <ProgressBar
              label={t('image.uploading', { name: going.name })}
              share={going.total === 0 ? null : going.done / going.total}
            />
          </div>
          <Button size="sm" icon={<CircleStop />} onClick={() => going.abort.abort()}>
            {t('image.cancel')}
          </Button>
        </div>
      ) : (
        <Button icon={<Upload />} onClick={() => input.current?.click()}>
          {t('image.upload')}
        </Button>
      )}
      <InlineError problem={problem} />
    </div>
  )
}

function FetchFile({ host, pool, onReady }: Target) {
  const t = useT('create')
  const [url, setUrl] = useState('')
  const [checksum, setChecksum] = useState('')
  const [job, setJob] = useState<string | null>(null)
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  async function begin() {
    setProblem(null)
    try {
      const sum = checksum.trim()
      const request = { url: url.trim(), ...(sum === '' ? {} : { checksum: sum }) }
      setJob((await createMutations.fetchImage(host, pool, request)).job)
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <div className="space-y-2">
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('image.url')}
          value={url}
          onChange={setUrl}
          type="url"
          mono
          placeholder="https://"
        />
        <TextField
          label={t('image.checksum')}
          value={checksum}
          onChange={setChecksum}
          mono
          placeholder="sha256:…"
        />
      </div>
      {job === null ? (
        <Button
          icon={<Download />}
          blocked={url.trim() === '' ? t('image.urlFirst') : undefined}
          onClick={() => void begin()}
        >
          {t('image.fetch')}
        </Button>
      ) : (
        <FetchJob id={job} onReady={onReady} onEnd={() => setJob(null)} />
      )}
      <InlineError problem={problem} />
    </div>
  )
}

function FetchJob({
  id,
  onReady,
  onEnd,
}: {
  id: string
  onReady: (path: string) => void
  onEnd: () => void
}) {
  const t = useT('create')
  const { data } = useLiveTopic({ name: 'job', id })
  const job = data?.job
  if (!job) return null
  const step = job.steps.find(({ name }) => name === job.step)
  const path = pathOf(job.result)
  if (job.state === 'done' && path !== null) {
    return <Button onClick={() => onReady(path)}>{t('image.use', { path })}</Button>
  }
  if (!jobIsActive(job.state)) {
    return (
      <div className="space-y-2">
        <InlineError problem={job.problem} />
        <Button size="sm" onClick={onEnd}>
          {t('image.again')}
        </Button>
      </div>
    )
  }
  return (
    <div className="flex items-end gap-3">
      <div className="min-w-0 flex-1">
        <ProgressBar
          label={t('image.fetching')}
          share={shareOf(job.progress ?? step?.progress ?? null)}
        />
      </div>
      <Button
        size="sm"
        icon={<CircleStop />}
        onClick={() => void mutations.cancelJob(id).catch(() => null)}
      >
        {t('image.cancel')}
      </Button>
    </div>
  )
}

function pathOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('volume' in result)) return null
  return typeof result.volume === 'string' ? result.volume : null
}
