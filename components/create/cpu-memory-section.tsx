'use client'

import { useState } from 'react'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { OptionSelect, OptionText, useForm } from './form-context.tsx'
import { read } from './form-options.ts'
import { cpuIn } from './settled-devices.ts'

/** Keeps the line of a hint that comes later, so that nothing jumps. */
const noText = '\u00a0'

/** vCPUs with their topology, and memory with its maximum. */
export function CpuMemorySection() {
  const t = useT('create')
  const f = useFormat()
  const { state, facts } = useForm()
  const settled = state.preview?.settled
  const mib = settled ? String(Math.round(settled.memoryKiB / 1024)) : undefined
  const most = settled ? String(Math.round(settled.maximumMemoryKiB / 1024)) : undefined
  return (
    <Card title={t('size.title')}>
      <div className="grid gap-4 sm:grid-cols-4">
        <OptionText
          label={t('size.memory')}
          option="memory"
          field="memory"
          numeric
          unit="MiB"
          placeholder={mib}
          className="sm:col-span-2"
          hint={
            facts?.memory ? t('size.free', { free: f.kib(facts.memory.freeKiB) }) : noText
          }
        />
        <OptionText
          label={t('size.maximum')}
          option="memory"
          field="maxmemory"
          numeric
          unit="MiB"
          placeholder={most}
          className="sm:col-span-2"
          hint={t('size.maximumHint')}
        />
        <OptionText
          label={t('size.vcpus')}
          option="vcpus"
          field="vcpu"
          numeric
          placeholder={settled ? String(settled.vcpus) : undefined}
          className="sm:col-span-2"
          hint={facts?.cpus ? t('size.hostCpus', { count: facts.cpus }) : noText}
        />
        <OptionText
          label={t('size.maxVcpus')}
          option="vcpus"
          field="maxvcpus"
          numeric
          className="sm:col-span-2"
        />
        <Topology />
        <OptionSelect
          label={t('size.cpu')}
          option="cpu"
          field="model"
          className="sm:col-span-4"
          settled={cpuIn(state.preview?.finalXml)}
          options={[...(facts?.cpuModes ?? []), ...(facts?.cpuModels ?? [])].map(
            (value) => ({
              value,
              label: value,
            }),
          )}
        />
      </div>
    </Card>
  )
}

const topology = ['sockets', 'dies', 'cores', 'threads'] as const

/** How the vCPUs are laid out: folded away until somebody wants it or the line says it. */
function Topology() {
  const t = useT('create')
  const { state } = useForm()
  const [open, setOpen] = useState(false)
  const said = topology.some((field) => read(state.options, 'vcpus', field) !== '')
  return (
    <details
      className="sm:col-span-4"
      open={open || said}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="text-muted hover:text-text w-fit cursor-pointer rounded-xs text-sm">
        {t('size.topology')}
      </summary>
      <div className="mt-3 grid gap-4 sm:grid-cols-2">
        {topology.map((field) => (
          <OptionText
            key={field}
            label={t(`size.${field}`)}
            option="vcpus"
            field={field}
            numeric
          />
        ))}
      </div>
    </details>
  )
}
