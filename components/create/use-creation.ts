'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import { createJob } from '../../server/contract/job-kinds/create.ts'
import { type Job, jobIsActive } from '../../server/contract/job.ts'
import type { VirtInstallOptions } from '../../server/virtinst/model.ts'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { createMutations } from './create-api.ts'
import type { Failure } from './field-errors.ts'
import { optionsOf } from './read-line.ts'
import type { CreateState, NamedFiles } from './use-create.ts'

/** Files that went along with the last creations of this tab: a job keeps none that may be secret. */
const sentFiles = new Map<string, NamedFiles>()
const mostSent = 5

/** Creating: the button, the job that it began or that the address names, and what went wrong. */
export function useCreation(state: CreateState) {
  const client = useQueryClient()
  const [job, setJob] = useState<Job | null>(null)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{
    problem: ProblemLike
    options: VirtInstallOptions | null
  } | null>(null)
  const [keep, setKeep] = useState(false)
  const [password, setPassword] = useState<string | null>(null)
  /** What the job did not keep, after its form was brought back. */
  const [withheld, setWithheld] = useState<readonly string[] | null>(null)
  /** The job whose form is here already. */
  const formOf = useRef<string | null>(null)

  async function create() {
    const { request, documents, options } = state
    if (!request) return
    setBusy(true)
    setRefused(null)
    setJob(null)
    setPassword(null)
    setWithheld(null)
    const edited = (which: 'install' | 'final') =>
      documents[which]?.edited ? { [which]: documents[which].xml } : {}
    try {
      const reply = await createMutations.create(state.host, {
        ...request,
        xml: { ...edited('install'), ...edited('final') },
        keepOnFailure: keep,
      })
      formOf.current = reply.job
      sentFiles.set(reply.job, state.files)
      if (sentFiles.size > mostSent) sentFiles.delete([...sentFiles.keys()][0] ?? '')
      state.setJob(reply.job)
      setPassword(reply.rootPassword)
    } catch (error) {
      state.setJob(null)
      setRefused({ problem: problemOf(error), options })
      // What changed on the host meanwhile is said by the checks, in the page's language.
      state.retryPreview()
    } finally {
      setBusy(false)
    }
  }

  function follow(now: Job) {
    if (now.kind !== 'create') return
    setJob(now)
    if (now.state === 'done') {
      if (formOf.current === now.id) state.renew()
      void client.invalidateQueries({ queryKey: ['create'] })
    } else if (formOf.current !== now.id) {
      const form = createJob.detail.safeParse(now.detail).data
      if (form) {
        const own = sentFiles.get(now.id) ?? {}
        state.restore(form, own)
        setKeep(form.keepOnFailure)
        setWithheld(form.withheld.filter((what) => !(what in own)))
      }
    }
    formOf.current = now.id
  }

  const current = job !== null && job.id === state.job ? job : null
  return {
    job: current,
    busy,
    problem: refused?.problem ?? null,
    keep,
    setKeep,
    password,
    withheld:
      current && !jobIsActive(current.state) && current.state !== 'done' ? withheld : null,
    failure: current ? failureOf(current) : refused && { ...refused, ...refused.problem },
    create: () => void create(),
    follow,
    /** The address names a job that is not there. */
    gone: (problem: ProblemLike) => {
      state.setJob(null)
      setRefused({ problem, options: null })
    },
  }
}
export type CreationState = ReturnType<typeof useCreation>

function failureOf({ problem, detail }: Job): Failure | null {
  const form = createJob.detail.safeParse(detail).data
  return problem && { ...problem, options: form ? optionsOf(form.line) : null }
}
