'use client'

import type { CSSProperties, ReactNode } from 'react'
import { Toaster as Base, toast as base } from 'sonner'
import { useTranslations } from 'use-intl/react'

import { CommandLine } from './command-line.tsx'
import { Notice } from './notice.tsx'
import type { ProblemLike } from './problem-like.ts'
import { useProblemTitle } from './states.tsx'
import type { Tone } from './tone.ts'

export interface ToastInit {
  title: ReactNode
  description?: ReactNode
  command?: string
  action?: ReactNode
}

function show(tone: Tone, init: ToastInit, durationMs: number) {
  return base.custom(
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

/** Short word of what happened; what must be read stays on the page instead. */
export const toast = {
  success: (init: ToastInit) => show('ok', init, 5000),
  info: (init: ToastInit) => show('info', init, 5000),
  error: (init: ToastInit) => show('danger', init, 10_000),
  problem: (problem: ProblemLike) =>
    base.custom(() => <ProblemToast problem={problem} />, { duration: 12_000 }),
  dismiss: (id: string | number) => base.dismiss(id),
}

export function Toaster() {
  const t = useTranslations('common')
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
