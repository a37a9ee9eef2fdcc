'use client'

import { lazy, Suspense, useSyncExternalStore, type ReactNode } from 'react'

import { loadToasts } from './overlays.ts'
import type { ProblemLike } from './problem-like.ts'
import type { Tone } from './tone.ts'

export interface ToastInit {
  title: ReactNode
  description?: ReactNode
  command?: string
  action?: ReactNode
}

const listeners = new Set<() => void>()
let wanted = false

async function withStack(): ReturnType<typeof loadToasts> {
  wanted = true
  for (const listener of listeners) listener()
  const stack = await loadToasts()
  await stack.mounted
  return stack
}

async function show(tone: Tone, init: ToastInit, durationMs: number): Promise<void> {
  ;(await withStack()).showToast(tone, init, durationMs)
}

/** Short word of what happened; what must be read stays on the page instead. */
export const toast = {
  success: (init: ToastInit) => void show('ok', init, 5000),
  info: (init: ToastInit) => void show('info', init, 5000),
  error: (init: ToastInit) => void show('danger', init, 10_000),
  problem: (problem: ProblemLike) =>
    void withStack().then((stack) => stack.showProblem(problem, 12_000)),
}

const ToastStack = lazy(async () => ({ default: (await loadToasts()).ToastStack }))

/** Where toasts appear, once a page. Its code is fetched with the first one (see overlays.ts). */
export function Toaster() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => wanted,
    () => false,
  )
  return shown ? (
    <Suspense fallback={null}>
      <ToastStack />
    </Suspense>
  ) : null
}
