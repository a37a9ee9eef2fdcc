'use client'

import { domainIsActive } from '../../server/contract/domain.ts'
import type { HostNuma } from '../../server/contract/numa.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { NoteBadges, useCellWords } from './placement-words.tsx'

/** Where the domains of a host may be and are. */
export function PlacementTable({ numa }: { numa: HostNuma }) {
  const t = useT('numa')
  const words = useCellWords()
  const { domains, domainsTotal, host } = numa
  const ids = numa.cells.map(({ id }) => id)
  return (
    <Card title={t('domains.title')} padded={false}>
      {domains.length === 0 ? (
        <p className="text-muted p-4 text-sm">{t('domains.none')}</p>
      ) : (
        <Table label={t('domains.title')} className="rounded-none border-0">
          <THead>
            <Th>{t('domains.domain')}</Th>
            <Th>{t('domains.memory')}</Th>
            <Th>{t('domains.vcpus')}</Th>
            <Th>{t('domains.now')}</Th>
            <Th>{t('domains.notes')}</Th>
          </THead>
          <TBody>
            {domains.map((domain) => {
              const allowed = [
                ...new Set(domain.vcpuList.flatMap((vcpu) => vcpu.allowedCells)),
              ].toSorted((a, b) => a - b)
              const everywhere = allowed.length === ids.length
              const told = domain.vcpuList.length > 0
              return (
                <Tr key={domain.uuid}>
                  <Td className="whitespace-nowrap">
                    <TextLink href={paths.domainNuma({ host, uuid: domain.uuid })}>
                      <bdi>{domain.name}</bdi>
                    </TextLink>
                  </Td>
                  <Td>{words.memory(domain)}</Td>
                  <Td>
                    {told
                      ? words.cells(everywhere && ids.length > 1 ? null : allowed)
                      : t(domainIsActive(domain.state) ? 'domain.unknown' : 'domains.off')}
                  </Td>
                  <Td>{told ? words.cells(domain.vcpuCells) : '—'}</Td>
                  <Td>
                    <NoteBadges notes={domain.notes} />
                  </Td>
                </Tr>
              )
            })}
          </TBody>
        </Table>
      )}
      <div className="text-muted space-y-1 border-t px-4 py-2 text-xs">
        {domainsTotal > domains.length && (
          <p>{t('domains.more', { shown: domains.length, total: domainsTotal })}</p>
        )}
        <p>{t('domains.memoryNow')}</p>
      </div>
    </Card>
  )
}
