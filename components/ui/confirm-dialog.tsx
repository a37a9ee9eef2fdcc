'use client'

import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { useTranslations } from 'use-intl/react'

import { Button } from './button.tsx'
import { CommandLine } from './command-line.tsx'
import { Dialog } from './dialog.tsx'
import { TextField } from './field.tsx'
import { problemOf, type ProblemLike } from './problem-like.ts'
import { InlineError } from './states.tsx'

export interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names what it is done to: "Force off web1?" */
  title: ReactNode
  children?: ReactNode
  confirmLabel: string
  danger?: boolean
  /** The name that has to be typed first. */
  typeName?: string
  command?: string
  /** Closes when it resolves; stays open and shows the problem when it throws. */
  onConfirm: () => Promise<unknown> | void
}

function code(words: ReactNode) {
  return <code className="font-mono select-all">{words}</code>
}

export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  confirmLabel,
  danger = false,
  typeName,
  command,
  onConfirm,
}: ConfirmDialogProps) {
  const t = useTranslations('common')
  const formId = useId()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  const [wasOpen, setWasOpen] = useState(open)
  if (open !== wasOpen) {
    // Each opening starts afresh.
    setWasOpen(open)
    setTyped('')
    setProblem(null)
  }
  const missing = typeName !== undefined && typed.trim() !== typeName

  async function submit(event: FormEvent) {
    event.preventDefault()
    // React lets events of a portal bubble to its parents: a form around this one must not be sent too.
    event.stopPropagation()
    if (missing || busy) return
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm()
      onOpenChange(false)
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  const nameLabel = t.rich('typeToConfirm', { name: typeName ?? '', code })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      size="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button
            type="submit"
            form={formId}
            variant={danger ? 'danger' : 'primary'}
            loading={busy}
            blocked={missing ? nameLabel : undefined}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => void submit(event)}
        className="space-y-3 text-sm"
      >
        {children}
        {typeName !== undefined && (
          <TextField
            label={nameLabel}
            value={typed}
            onChange={setTyped}
            mono
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {command && <CommandLine command={command} />}
        <InlineError problem={problem} />
      </form>
    </Dialog>
  )
}
