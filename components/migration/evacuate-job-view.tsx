'use client'

import { jobIsActive } from '../../server/contract/job.ts'
import { paths } from '../data/paths.ts'
import type { JobViewProps } from '../jobs/job-views.tsx'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { InlineError } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { evacuationApi } from './migration-api.ts'
import { useMigrationWords } from './use-migration-words.ts'

/** Who has gone, who goes, who waits; to be stopped and gone on with. */
export function EvacuateJobView({ job, detail }: JobViewProps<'evacuate'>) {
  const { t, time } = useMigrationWords()
  const may = useMay('operator')
  const paused = detail?.paused ?? false
  const { busy, problem, submit } = useSubmit(() => evacuationApi.pause(job.id, !paused))
  if (!detail) return null
  return (
    <div className="space-y-4">
      {paused && <Notice tone="warn">{t('evacuate.pausedNotice')}</Notice>}
      <Card
        title={t('evacuate.plan')}
        padded={false}
        actions={
          jobIsActive(job.state) && (
            <Button size="sm" loading={busy} blocked={may.reason} onClick={() => submit()}>
              {paused ? t('evacuate.goOn') : t('evacuate.pause')}
            </Button>
          )
        }
      >
        <Table label={t('evacuate.plan')}>
          <THead>
            <Th>{t('evacuate.order')}</Th>
            <Th>{t('evacuate.domain')}</Th>
            <Th>{t('evacuate.to')}</Th>
            <Th align="end">{t('evacuate.time')}</Th>
            <Th>{t('runs.took')}</Th>
          </THead>
          <TBody>
            {detail.rows.map((row, at) => (
              <Tr key={row.uuid}>
                <Td mono>{at + 1}</Td>
                <Td>
                  <bdi>{row.name}</bdi>
                </Td>
                <Td>
                  <bdi>{row.targetName}</bdi>
                </Td>
                <Td align="end" mono>
                  {time(row.totalMs)}
                </Td>
                <Td>
                  {row.job ? (
                    <TextLink href={paths.job(row.job)}>
                      {t(`evacuate.state.${row.state}`)}
                    </TextLink>
                  ) : (
                    t(`evacuate.state.${row.state}`)
                  )}
                  {row.cuts > 0 && (
                    <span className="text-muted block text-xs">
                      {t('evacuate.cuts', { count: row.cuts })}
                    </span>
                  )}
                  {row.error && (
                    <bdi className="text-danger block text-xs [overflow-wrap:anywhere]">
                      {row.error}
                    </bdi>
                  )}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </Card>
      <InlineError problem={problem} />
    </div>
  )
}
