'use client'

import { clsx } from 'clsx'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl/react'

import { copyText } from './copy-text.ts'
import { IconButton } from './icon-button.tsx'

export function CopyButton({
  text,
  label,
  className,
}: {
  text: string
  label?: string
  className?: string
}) {
  const t = useTranslations('common')
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (result === 'idle') return
    const timer = setTimeout(() => setResult('idle'), 1600)
    return () => clearTimeout(timer)
  }, [result])
  const words = {
    idle: label ?? t('copy'),
    copied: t('copied'),
    failed: t('copyFailed'),
  }[result]
  return (
    <>
      <IconButton
        size="sm"
        label={words}
        icon={result === 'copied' ? <Check className="text-ok" /> : <Copy />}
        className={className}
        onClick={() =>
          void copyText(text).then((ok) => setResult(ok ? 'copied' : 'failed'))
        }
      />
      <span role="status" className="sr-only">
        {result === 'idle' ? '' : words}
      </span>
    </>
  )
}

/** The line that does the same in a shell, ready to be copied. */
export function CommandLine({
  command,
  label,
  className,
}: {
  command: string
  label?: string
  className?: string
}) {
  const t = useTranslations('common')
  return (
    <div
      role="group"
      aria-label={label ?? t('command')}
      className={clsx(
        'bg-sunken flex min-w-0 items-center rounded border py-0.5 pr-0.5 pl-2.5',
        className,
      )}
    >
      <span aria-hidden className="text-faint mr-2 font-mono text-xs select-none">
        $
      </span>
      <code className="min-w-0 flex-1 overflow-x-auto py-1 font-mono text-xs whitespace-pre [scrollbar-width:thin]">
        {command}
      </code>
      <CopyButton text={command} />
    </div>
  )
}
