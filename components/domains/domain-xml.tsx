'use client'

import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { parseAsStringLiteral, useQueryState } from 'nuqs'

import { domainIsActive } from '../../server/contract/domain.ts'
import { queries } from '../data/queries.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'

const kinds = ['live', 'inactive'] as const

/** The domain's XML as libvirt has it, to read and to copy. */
export function DomainXml({ host, uuid }: { host: string; uuid: string }) {
  const t = useT('domain')
  const { data } = useLiveTopic({ name: 'domain', host, uuid })
  const [which, setWhich] = useQueryState(
    'which',
    parseAsStringLiteral(kinds).withDefault('live'),
  )
  const xml = useQuery(queries.domainXml({ host, uuid }, which === 'inactive'))
  const active = data ? domainIsActive(data.domain.state) : true
  return (
    <Card
      title={t('xml.title')}
      meta={active ? undefined : t('xml.same')}
      padded={false}
      actions={
        <>
          {active && (
            <Select
              label={t('xml.which')}
              labelHidden
              size="sm"
              value={which}
              onChange={(value) => void setWhich(value)}
              options={kinds.map((value) => ({ value, label: t(`xml.${value}`) }))}
            />
          )}
          <IconButton
            size="sm"
            label={t('xml.reload')}
            icon={<RotateCw />}
            onClick={() => void xml.refetch()}
          />
          {xml.data && <CopyButton text={xml.data} />}
        </>
      }
    >
      {xml.error ? (
        <div className="p-4">
          <ErrorState problem={problemOf(xml.error)} onRetry={() => void xml.refetch()} />
        </div>
      ) : xml.data === undefined ? (
        <Loading />
      ) : (
        <pre
          // Focusable, so that it can be scrolled with the keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          aria-label={t('xml.label', { name: data?.domain.name ?? uuid })}
          className="max-h-[70dvh] overflow-auto p-4 font-mono text-xs leading-5"
        >
          {xml.data}
        </pre>
      )}
    </Card>
  )
}
