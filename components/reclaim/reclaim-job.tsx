'use client'

import { Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import type {
  ReclaimDetail,
  ReclaimedDomain,
  ReclaimedState,
} from '../../server/contract/job-kinds/reclaim.ts'
import { type Job, jobIsActive } from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { reclaimMutations } from '../data/reclaim-mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { InlineError } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { Tone } from '../ui/tone.ts'

const tones: Record<ReclaimedState, Tone> = {
  waiting: 'neutral',
  giving: 'info',
  'going-back': 'warn',
  gave: 'ok',
  stopped: 'warn',
  skipped: 'neutral',
  failed: 'danger',
  back: 'ok',
}

/** Each domain of a reclaim as far as it is, and the way back. */
export function ReclaimJob({ job, detail }: { job: Job; detail: ReclaimDetail | null }) {
  const t = useT('reclaim')
  const f = useFormat()
  if (!detail) return null
  const undoes = job.kind === 'reclaim-undo'
  return (
    <>
      {detail.stoppedBy && (
        <Notice tone="warn" title={t('job.stoppedBy', { name: detail.stoppedBy })}>
          {t('job.stoppedByDetail')}
        </Notice>
      )}
      <Card
        title={t('job.domains')}
        padded={false}
        meta={
          undoes
            ? undefined
            : t('job.given', {
                given: f.kib(detail.givenKiB),
                planned: f.kib(detail.plannedKiB),
              })
        }
        actions={undoes ? undefined : <UndoAll job={job} detail={detail} />}
      >
        <Table
          label={t('job.domains')}
          className="border-0 [&_td:not(:last-child)]:whitespace-nowrap"
        >
          <THead>
            <Th>{t('column.stage')}</Th>
            <Th>{t('column.domain')}</Th>
            <Th align="end">{t('column.before')}</Th>
            <Th align="end">{t('column.goal')}</Th>
            <Th align="end">{t('column.now')}</Th>
            <Th>{t('column.state')}</Th>
            <Th>{t('column.why')}</Th>
          </THead>
          <TBody>
            {detail.domains.map((row) => (
              <Row key={`${row.host}/${row.uuid}`} row={row} undoes={undoes} />
            ))}
          </TBody>
        </Table>
      </Card>
    </>
  )
}

function Row({ row, undoes }: { row: ReclaimedDomain; undoes: boolean }) {
  const t = useT('reclaim')
  const f = useFormat()
  const moves = row.state === 'giving' || row.state === 'going-back'
  return (
    <Tr>
      <Td mono>{row.stage}</Td>
      <Td>
        <TextLink quiet href={paths.domainMemory(row)}>
          <bdi>{row.name}</bdi>
        </TextLink>{' '}
        <span className="text-faint text-xs">
          <bdi>{row.host}</bdi>
        </span>
      </Td>
      <Td align="end" mono>
        {f.kib(row.fromKiB)}
      </Td>
      <Td align="end" mono>
        {f.kib(undoes ? row.fromKiB : row.targetKiB)}
      </Td>
      <Td align="end" mono>
        {f.kib(row.actualKiB)}
      </Td>
      <Td>
        <StateBadge tone={tones[row.state]} label={t(`state.${row.state}`)} pulse={moves} />
      </Td>
      <Td className="text-xs">
        {row.reason ??
          (row.why ? t(`why.${row.why}`) : row.cause ? t(`cause.${row.cause}`) : '')}
      </Td>
    </Tr>
  )
}

/** One click: it stops what is under way and gives everything back; where that goes is its own job. */
function UndoAll({ job, detail }: { job: Job; detail: ReclaimDetail }) {
  const t = useT('reclaim')
  const may = useMay('operator')
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  const touched = detail.domains.some(({ resizeId }) => resizeId !== null)
  async function undo() {
    setBusy(true)
    setProblem(null)
    try {
      router.push(paths.job((await reclaimMutations.undo(job.id)).id))
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  return (
    <>
      <InlineError problem={problem} />
      <Button
        size="sm"
        icon={<Undo2 />}
        loading={busy}
        blocked={may.reason ?? (touched ? undefined : t('job.nothingToUndo'))}
        onClick={() => void undo()}
      >
        {jobIsActive(job.state) ? t('job.stopAndUndo') : t('job.undoAll')}
      </Button>
    </>
  )
}
