'use client'

import type { HostSummary } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Select } from '../ui/select.tsx'
import { OptionSelect, OptionText, useForm } from './form-context.tsx'
import { OsField } from './os-field.tsx'

/** Where, under which name, and what system. */
export function BasicsSection({ hosts }: { hosts: readonly HostSummary[] }) {
  const t = useT('create')
  const ofHost = useT('host')
  const f = useFormat()
  const { state, facts, failed } = useForm()
  const memory = facts?.memory
  const chosen = hosts.find(({ host }) => host === state.host)
  const answers = chosen?.state === 'online' || chosen?.state === 'degraded'
  const arch = facts?.arches.find((one) => one.virtTypes.length > 0)
  return (
    <Card title={t('basics.title')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('basics.host')}
          value={state.host}
          onChange={state.setHost}
          options={[
            { value: '', label: t('basics.chooseHost') },
            ...hosts.map(({ host, name, state: at }) => ({
              value: host,
              label: at === 'online' ? name : `${name} (${ofHost(`state.${at}`)})`,
            })),
          ]}
          hint={
            memory
              ? t('basics.hostHint', {
                  free: f.kib(memory.freeKiB),
                  total: f.kib(memory.totalKiB),
                  pools: facts.pools.length,
                })
              : facts
                ? t('basics.poolsOnly', { pools: facts.pools.length })
                : !chosen
                  ? t('basics.hostFirst')
                  : !answers
                    ? t('basics.away')
                    : failed
                      ? undefined
                      : t('basics.reading')
          }
        />
        <OptionText
          label={t('basics.name')}
          option="name"
          placeholder={state.preview?.name ?? undefined}
        />
        <OsField />
        <OptionSelect
          label={t('basics.virtType')}
          option="virt-type"
          settled={state.preview?.settled?.virtType ?? null}
          options={['kvm', 'qemu'].map((value) => ({ value, label: value }))}
          hint={facts && !facts.kvm ? t('basics.noKvm') : undefined}
        />
        <OptionSelect
          label={t('basics.machine')}
          option="machine"
          settled={state.preview?.settled?.machine ?? null}
          options={byUse(arch?.machines ?? []).map((value) => ({ value, label: value }))}
        />
      </div>
    </Card>
  )
}

/** Those that nearly everybody takes, then the newest of each kind first. */
function byUse(machines: readonly string[]): string[] {
  const usual = ['q35', 'pc', 'virt'].filter((name) => machines.includes(name))
  const rest = machines
    .filter((name) => !usual.includes(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return [...usual, ...rest].slice(0, 100)
}
