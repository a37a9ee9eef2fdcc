'use client'

import { useState, type FormEvent } from 'react'

import { problemOf, type ProblemLike } from './problem-like.ts'

/**
 * Sends a form: busy while it runs, the problem when it throws. The form keeps every value; only a
 * success may clear it, in `run` itself.
 */
export function useSubmit(run: () => Promise<unknown>): {
  busy: boolean
  problem: ProblemLike | null
  /** For `<form onSubmit>`; also without an event. */
  submit: (event?: FormEvent) => void
  reset: () => void
} {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  async function send() {
    setBusy(true)
    setProblem(null)
    try {
      await run()
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return {
    busy,
    problem,
    submit: (event) => {
      event?.preventDefault()
      // React lets events of a portal (a dialog) bubble to its parents, which may be forms too.
      event?.stopPropagation()
      if (!busy) void send()
    },
    reset: () => setProblem(null),
  }
}

/** What the server says of one field, and whether that is all it says. */
export function issueOf(problem: ProblemLike | null, path: string): string | undefined {
  return problem?.issues?.find((issue) => issue.path === path)?.message
}

/** The problem without what already stands beside the fields named; null when nothing is left. */
export function beyondFields(
  problem: ProblemLike | null,
  paths: readonly string[],
): ProblemLike | null {
  if (!problem?.issues?.length) return problem
  return problem.issues.every((issue) => paths.includes(issue.path)) ? null : problem
}
