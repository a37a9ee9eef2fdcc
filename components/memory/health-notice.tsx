'use client'

import type { BalloonHealth } from '../../server/contract/domain.ts'
import type { MemoryDetail } from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { useHostSummary } from '../domains/use-hosts.ts'
import { useT } from '../i18n/use-t.ts'
import { CommandLine } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import type { Tone } from '../ui/tone.ts'
import { mendingLines } from './stats-command.ts'

const tones: Record<Exclude<BalloonHealth, 'ok'>, Tone> = {
  'not-running': 'neutral',
  'no-device': 'warn',
  'no-driver': 'warn',
  'stats-off': 'warn',
  stale: 'warn',
  frozen: 'warn',
  inhibited: 'warn',
  unknown: 'info',
}

/** What is amiss with the balloon or its statistics, and what mends it, to be copied. */
export function HealthNotice({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  const host = useHostSummary(memory.host)
  if (memory.health === 'ok') return null
  const lines = host ? mendingLines(memory, host.uri) : []
  return (
    <Notice
      tone={tones[memory.health]}
      role="status"
      title={t(`health.${memory.health}.title`)}
    >
      <p>{t(`health.${memory.health}.detail`, { age: f.age(memory.statsAgeSeconds) })}</p>
      {memory.health === 'inhibited' && memory.inhibitedBy && (
        <p className="mt-1">{t(`inhibited.${memory.inhibitedBy}`)}</p>
      )}
      {lines.map((line) => (
        <CommandLine key={line} command={line} className="mt-2" />
      ))}
    </Notice>
  )
}
