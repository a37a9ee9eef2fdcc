'use client'

import type { ReclaimDomain, ReclaimPlan } from '../../server/contract/reclaim.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'

/** So many domains that give nothing are shown; of the others there are only counts. */
const mostIdle = 40

/** Who would give how much, in the order in which they would; who would not, and why. */
export function PlanView({ plan }: { plan: ReclaimPlan }) {
  const t = useT('reclaim')
  const f = useFormat()
  const givers = plan.domains.filter(({ givesKiB }) => givesKiB > 0)
  const idle = plan.domains.filter(({ givesKiB }) => givesKiB === 0)
  const several = plan.hosts.length > 1
  return (
    <div className="space-y-3 text-sm">
      <p role="status" className="font-medium">
        {givers.length === 0
          ? t('summary.nobody')
          : t('summary.gives', {
              amount: f.kib(plan.givesKiB),
              wanted: f.kib(plan.wantedKiB),
              count: givers.length,
            })}
      </p>
      {plan.freesKiB < plan.givesKiB && (
        <p className="text-muted text-xs">
          {t('summary.untouched', {
            surely: f.kib(plan.freesKiB),
            rest: f.kib(plan.givesKiB - plan.freesKiB),
          })}
        </p>
      )}
      {plan.shortKiB > 0 && (
        <Notice tone="warn" title={t('short.title', { amount: f.kib(plan.shortKiB) })}>
          <ul className="list-disc pl-4">
            {plan.shortBecause.map(({ why, domains, heldKiB }) => (
              <li key={why}>
                {t('short.because', {
                  why: t(`why.${why}`),
                  count: domains,
                  held: f.kib(heldKiB),
                })}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {plan.domains.length > 0 && (
        <Table
          label={t('tableLabel')}
          // A narrow screen scrolls it rather than breaking its figures.
          className="max-h-[45dvh] overflow-y-auto [&_td]:whitespace-nowrap"
        >
          <THead>
            <Th>{t('column.stage')}</Th>
            <Th>{t('column.domain')}</Th>
            <Th align="end">{t('column.now')}</Th>
            <Th align="end">{t('column.floor')}</Th>
            <Th align="end">{t('column.gives')}</Th>
            <Th align="end">{t('column.after')}</Th>
            <Th>{t('column.why')}</Th>
          </THead>
          <TBody>
            {[...givers, ...idle.slice(0, mostIdle)].map((domain) => (
              <PlanRow
                key={`${domain.host}/${domain.uuid}`}
                domain={domain}
                host={several ? domain.host : null}
              />
            ))}
          </TBody>
        </Table>
      )}
      {idle.length > mostIdle && (
        <p className="text-faint text-xs">{t('more', { count: idle.length - mostIdle })}</p>
      )}
    </div>
  )
}

function PlanRow({ domain, host }: { domain: ReclaimDomain; host: string | null }) {
  const t = useT('reclaim')
  const f = useFormat()
  const gives = domain.givesKiB > 0
  return (
    <Tr className={gives ? undefined : 'text-muted'}>
      <Td mono>{domain.stage ?? ''}</Td>
      <Td>
        <bdi className={gives ? 'font-medium' : undefined}>{domain.name}</bdi>
        {host && (
          <span className="text-faint ml-2 text-xs">
            <bdi>{host}</bdi>
          </span>
        )}
      </Td>
      <Td align="end" mono>
        {f.kib(domain.nowKiB)}
      </Td>
      <Td align="end" mono>
        {f.kib(domain.floorKiB)}
      </Td>
      <Td align="end" mono className={gives ? 'text-ok' : undefined}>
        {gives ? `−${f.kib(domain.givesKiB)}` : ''}
      </Td>
      <Td align="end" mono>
        {gives ? f.kib(domain.afterKiB) : ''}
      </Td>
      <Td className="text-xs">{domain.why ? t(`why.${domain.why}`) : ''}</Td>
    </Tr>
  )
}
