'use client'

import { useEffect, type CSSProperties } from 'react'
import { Toaster as Base, toast as base } from 'sonner'
import { useTranslations } from 'use-intl/react'

import { CommandLine } from './command-line.tsx'
import { Notice } from './notice.tsx'
import type { ProblemLike } from './problem-like.ts'
import { useProblemTitle } from './states.tsx'
import type { ToastInit } from './toaster.tsx'
import type { Tone } from './tone.ts'

const ready = Promise.withResolvers<void>()
/** Sonner drops what comes before its stack is on the page. */
export const mounted = ready.promise

export function showToast(tone: Tone, init: ToastInit, durationMs: number): void {
  base.custom(
    () => (
      <Notice
        tone={tone}
        title={init.title}
        action={init.action}
        className="shadow-pop w-full"
      >
        {(init.description || init.command) && (
          <div className="space-y-2">
            {init.description}
            {init.command && <CommandLine command={init.command} className="mt-1" />}
          </div>
        )}
      </Notice>
    ),
    { duration: durationMs },
  )
}

export function showProblem(problem: ProblemLike, durationMs: number): void {
  base.custom(() => <ProblemToast problem={problem} />, { duration: durationMs })
}

function ProblemToast({ problem }: { problem: ProblemLike }) {
  const titleOf = useProblemTitle()
  return (
    <Notice tone="danger" title={titleOf(problem)} className="shadow-pop w-full">
      <p>{problem.detail}</p>
      {problem.remedy && <p className="mt-1">{problem.remedy}</p>}
      {problem.command && <CommandLine command={problem.command} className="mt-2" />}
    </Notice>
  )
}

export function ToastStack() {
  const t = useTranslations('common')
  useEffect(() => ready.resolve(), [])
  return (
    <Base
      position="bottom-right"
      offset={16}
      mobileOffset={{ bottom: 72, left: 12, right: 12 }}
      containerAriaLabel={t('notifications')}
      toastOptions={{ unstyled: true, className: 'w-full font-sans' }}
      style={{ '--width': '420px' } as CSSProperties}
    />
  )
}
