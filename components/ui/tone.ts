/** What a colour means; one accent, the rest are states. */
export type Tone = 'neutral' | 'ok' | 'warn' | 'danger' | 'info' | 'accent'

export const toneText: Record<Tone, string> = {
  neutral: 'text-neutral',
  ok: 'text-ok',
  warn: 'text-warn',
  danger: 'text-danger',
  info: 'text-info',
  accent: 'text-accent',
}

export const toneSoft: Record<Tone, string> = {
  neutral: 'bg-neutral-soft text-muted',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent',
}

export const toneFill: Record<Tone, string> = {
  neutral: 'bg-neutral',
  ok: 'bg-ok',
  warn: 'bg-warn',
  danger: 'bg-danger',
  info: 'bg-info',
  accent: 'bg-accent',
}
