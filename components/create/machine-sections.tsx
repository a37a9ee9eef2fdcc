'use client'

import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Switch } from '../ui/switch.tsx'
import {
  OptionLabel,
  OptionSelect,
  OptionSwitch,
  OptionText,
  useForm,
} from './form-context.tsx'
import {
  add,
  hasSecureBoot,
  read,
  removeNth,
  setSecureBoot,
  usesOf,
} from './form-options.ts'
import { cpuIn, graphicsIn, networksIn } from './settled-devices.ts'

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

/** One box for each use of an option, with a way to add and remove. */
function Repeated({
  option,
  title,
  first,
  addLabel,
  removeLabel,
  settled,
  children,
}: {
  option: string
  title: string
  /** The value of a new one. */
  first: string
  addLabel: string
  removeLabel: (nth: number) => string
  /** What comes when none is typed, where it is known. */
  settled: readonly string[]
  children: (nth: number) => ReactNode
}) {
  const t = useT('create')
  const f = useFormat()
  const { state } = useForm()
  const uses = usesOf(state.options, option)
  return (
    <Card
      title={title}
      actions={
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() => state.change((options) => add(options, option, first))}
        >
          {addLabel}
        </Button>
      }
    >
      {uses.length === 0 ? (
        <p className="text-muted text-sm [overflow-wrap:anywhere]">
          {settled.length > 0 ? t('settled', { what: f.list(settled) }) : t('noneTyped')}
        </p>
      ) : (
        <ul className="divide-line divide-y">
          {uses.map((use, nth) => (
            <li key={nth} className="flex items-start gap-3 py-4 first:pt-0 last:pb-0">
              <div className="min-w-0 flex-1">
                {use.value === 'none' ? (
                  <p className="font-mono text-sm">--{option} none</p>
                ) : (
                  children(nth)
                )}
              </div>
              <IconButton
                label={removeLabel(nth + 1)}
                icon={<Trash2 />}
                onClick={() => state.change((options) => removeNth(options, option, nth))}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

export function DisksSection() {
  const t = useT('create')
  const f = useFormat()
  const { state, facts } = useForm()
  const pools = facts?.pools ?? []
  const volumes = (state.preview?.storage ?? []).map(({ path, capacityBytes }) =>
    capacityBytes === null ? path : `${path} (${f.bytes(capacityBytes)})`,
  )
  return (
    <Repeated
      option="disk"
      title={t('disks.title')}
      first="size=20"
      addLabel={t('disks.add')}
      removeLabel={(count) => t('disks.remove', { count })}
      settled={volumes}
    >
      {(nth) => (
        <div className="grid gap-4 sm:grid-cols-3">
          <OptionText
            label={t('disks.size')}
            option="disk"
            field="size"
            nth={nth}
            numeric
            unit="GiB"
          />
          <OptionSelect
            label={t('disks.pool')}
            option="disk"
            field="pool"
            nth={nth}
            settled={null}
            options={pools.map(({ name, availableBytes }) => ({
              value: name,
              label: t('image.poolFree', { name, free: f.bytes(availableBytes) }),
            }))}
          />
          <OptionSelect
            label={t('disks.format')}
            option="disk"
            field="format"
            nth={nth}
            settled={null}
            options={['qcow2', 'raw'].map((value) => ({ value, label: value }))}
          />
          <OptionText
            label={t('disks.path')}
            option="disk"
            field="path"
            nth={nth}
            mono
            className="sm:col-span-2"
            hint={t('disks.pathHint')}
          />
          <OptionSelect
            label={t('disks.bus')}
            option="disk"
            field="target.bus"
            nth={nth}
            settled={null}
            options={['virtio', 'scsi', 'sata', 'ide', 'usb'].map((value) => ({
              value,
              label: value,
            }))}
          />
        </div>
      )}
    </Repeated>
  )
}

/** How a card is attached, as a word of --network: the network, a bridge, or QEMU's own. */
export function NetworksSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const networks = facts?.networks ?? []
  const first = networks.some(({ name, active }) => name === 'default' && active)
    ? 'network=default'
    : 'user'
  return (
    <Repeated
      option="network"
      title={t('networks.title')}
      first={first}
      addLabel={t('networks.add')}
      removeLabel={(count) => t('networks.remove', { count })}
      settled={networksIn(state.preview?.finalXml)}
    >
      {(nth) => {
        const user = read(state.options, 'network', 'type', nth) === 'user'
        return (
          <div className="grid gap-4 sm:grid-cols-2">
            <OptionSelect
              label={t('networks.network')}
              option="network"
              field="network"
              nth={nth}
              options={[
                { value: '', label: user ? t('networks.user') : t('networks.notNetwork') },
                ...networks.map(({ name, active, forward }) => ({
                  value: name,
                  label: `${name} (${forward ?? t('networks.isolated')}${active ? '' : `, ${t('networks.inactive')}`})`,
                })),
              ]}
            />
            <OptionText
              label={t('networks.bridge')}
              option="network"
              field="bridge"
              nth={nth}
              mono
            />
            <OptionSelect
              label={t('networks.model')}
              option="network"
              field="model.type"
              nth={nth}
              settled={null}
              options={['virtio', 'e1000e', 'e1000', 'rtl8139'].map((value) => ({
                value,
                label: value,
              }))}
            />
            <OptionText
              label={t('networks.mac')}
              option="network"
              field="mac.address"
              nth={nth}
              mono
              placeholder="52:54:00:…"
            />
          </div>
        )
      }}
    </Repeated>
  )
}

/** Firmware, secure boot and TPM. */
export function FirmwareSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const firmware = facts?.firmware
  return (
    <Card title={t('firmware.title')}>
      <div className="space-y-4">
        <OptionSwitch
          label={t('firmware.uefi')}
          option="boot"
          word="uefi"
          hint={firmware && !firmware.uefi ? t('firmware.noUefi') : undefined}
        />
        <Switch
          label={
            <OptionLabel label={t('firmware.secureBoot')} option="boot" field="firmware" />
          }
          checked={hasSecureBoot(state.options)}
          hint={firmware && !firmware.secureBoot ? t('firmware.noSecureBoot') : undefined}
          onChange={(on) => state.change((options) => setSecureBoot(options, on))}
        />
        <OptionSelect
          label={t('firmware.tpm')}
          option="tpm"
          field="backend.type"
          hint={firmware && !firmware.tpm ? t('firmware.noTpm') : undefined}
          settled={null}
          options={[
            { value: 'default', label: t('firmware.tpmDefault') },
            { value: 'emulator', label: 'emulator' },
            { value: 'none', label: t('firmware.tpmNone') },
          ]}
        />
      </div>
    </Card>
  )
}

export function GraphicsSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const settled = graphicsIn(state.preview?.finalXml)
  return (
    <Card title={t('graphics.title')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <OptionSelect
          label={t('graphics.type')}
          option="graphics"
          field="type"
          settled={settled.join(', ')}
          options={[
            ...(facts?.graphics ?? ['vnc', 'spice']).map((value) => ({
              value,
              label: value,
            })),
            { value: 'none', label: t('graphics.none') },
          ]}
        />
        <OptionText label={t('graphics.listen')} option="graphics" field="listen" mono />
      </div>
    </Card>
  )
}

/** What happens once it is defined. */
export function StartSection() {
  const t = useT('create')
  return (
    <Card title={t('start.title')}>
      <div className="space-y-4">
        <OptionSwitch label={t('start.autostart')} option="autostart" />
        <OptionSwitch label={t('start.noreboot')} option="noreboot" />
        <OptionSwitch
          label={t('start.transient')}
          option="transient"
          hint={t('start.transientHint')}
        />
      </div>
    </Card>
  )
}
