'use client'

import type { DomainPlacement } from '../../server/contract/numa.ts'
import { useFormat } from '../charts/use-format.ts'
import { useLast } from '../data/use-last.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { NodeNotice } from '../host-memory/node-notice.tsx'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { DescriptionList } from '../ui/description-list.tsx'
import { useNowMs } from '../ui/relative-time.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { CellList } from './cell-list.tsx'
import { NoteNotices, useCellWords } from './placement-words.tsx'

/** Where the memory and vCPUs of one domain may be and are. */
export function DomainNumaPage({ host, uuid }: { host: string; uuid: string }) {
  const t = useT('numa')
  const live = useLiveTopic({ name: 'domain-numa', host, uuid })
  const data = useLast(live.data?.domainNuma, `${host}/${uuid}`)
  const problem = live.problem ?? live.data?.problem
  if (!data) {
    return problem ? <ErrorState problem={problem} /> : <SkeletonRows rows={6} />
  }
  const { placement } = data
  return (
    <div className="space-y-4">
      <NodeNotice live={live} problem={problem} />
      <NoteNotices notes={placement.notes} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <MemoryPlace placement={placement} />
        <VcpuPlaces placement={placement} readMs={data.readMs} />
      </div>
      {placement.guestCells.length > 0 && <GuestCells placement={placement} />}
      <CellList cells={data.cells} ofDomain />
      <Card title={t('domain.commands')}>
        <div className="space-y-2">
          {Object.values(data.commands).map((command) => (
            <CommandLine key={command} command={command} />
          ))}
        </div>
      </Card>
    </div>
  )
}

function MemoryPlace({ placement }: { placement: DomainPlacement }) {
  const t = useT('numa')
  const f = useFormat()
  const words = useCellWords()
  const { memory } = placement
  return (
    <Card title={t('domain.memory')}>
      <DescriptionList
        items={[
          { label: t('domain.cells'), value: words.cells(memory.cells) },
          { label: t('domain.mode'), value: memory.mode ?? t('domain.none'), mono: true },
          {
            label: t('domain.placement'),
            value: memory.placement ? t(`domain.${memory.placement}`) : '—',
          },
          { label: t('domain.source'), value: t(`domain.${memory.source}`) },
          {
            label: t('domain.page'),
            value:
              memory.hugePageKiB === null
                ? t('domain.ordinary')
                : t('domain.pagesOf', { size: f.kib(memory.hugePageKiB) }),
          },
          {
            label: t('domain.size'),
            value: [placement.balloonKiB, placement.maximumKiB, placement.rssKiB]
              .map((kib) => f.kib(kib))
              .join(' / '),
            mono: true,
          },
        ]}
      />
      <p className="text-muted mt-3 text-xs">{t('domains.memoryNow')}</p>
    </Card>
  )
}

function VcpuPlaces({
  placement,
  readMs,
}: {
  placement: DomainPlacement
  readMs: number | null
}) {
  const t = useT('numa')
  const f = useFormat()
  const nowMs = useNowMs()
  const { vcpuList, emulatorCpus, ioThreads } = placement
  return (
    <Card title={t('domain.vcpus')} padded={false}>
      {vcpuList.length === 0 ? (
        <p className="text-muted p-4 text-sm">{t('domain.offline')}</p>
      ) : (
        <Table label={t('domain.vcpus')} className="max-h-96 rounded-none border-0">
          <THead>
            <Th>{t('domain.vcpu')}</Th>
            <Th>{t('domain.state')}</Th>
            <Th align="end">{t('domain.cpu')}</Th>
            <Th align="end">{t('domain.cell')}</Th>
            <Th>{t('domain.allowed')}</Th>
            <Th>{t('domain.allowedCells')}</Th>
          </THead>
          <TBody>
            {vcpuList.map((vcpu) => (
              <Tr key={vcpu.number}>
                <Td mono>{vcpu.number}</Td>
                <Td>{t(`domain.vcpuState.${vcpu.state}`)}</Td>
                <Td align="end" mono>
                  {vcpu.cpu ?? t('domain.unknown')}
                </Td>
                <Td align="end" mono>
                  {vcpu.cell ?? '—'}
                </Td>
                <Td mono>{vcpu.allowedCpus}</Td>
                <Td mono>{vcpu.allowedCells.join(', ')}</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
      <div className="border-t px-4 py-2">
        <DescriptionList
          items={[
            {
              label: t('domain.emulator'),
              value: emulatorCpus ?? t('domain.notPinned'),
              mono: true,
            },
            ...ioThreads.map(({ id, cpus }) => ({
              label: t('domain.ioThread', { id }),
              value: cpus,
              mono: true,
            })),
          ]}
        />
        {readMs !== null && vcpuList.length > 0 && (
          <p className="text-muted mt-2 text-xs" suppressHydrationWarning>
            {t('domain.now', { age: f.age(Math.max(0, nowMs - readMs) / 1000) })}
          </p>
        )}
      </div>
    </Card>
  )
}

function GuestCells({ placement }: { placement: DomainPlacement }) {
  const t = useT('numa')
  const f = useFormat()
  const words = useCellWords()
  return (
    <Card title={t('domain.guestCells')} padded={false}>
      <Table label={t('domain.guestCells')} className="rounded-none border-0">
        <THead>
          <Th>{t('domain.guestCell')}</Th>
          <Th>{t('domain.guestCpus')}</Th>
          <Th align="end">{t('domain.guestMemory')}</Th>
          <Th>{t('domain.hostCells')}</Th>
        </THead>
        <TBody>
          {placement.guestCells.map((cell) => (
            <Tr key={cell.id}>
              <Td mono>{cell.id}</Td>
              <Td mono>{cell.cpus}</Td>
              <Td align="end" mono>
                {f.kib(cell.memoryKiB)}
              </Td>
              <Td>
                {cell.cells
                  ? `${words.cells(cell.cells)} (${cell.mode})`
                  : t('domain.asDomain')}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  )
}
