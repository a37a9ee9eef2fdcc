'use client'

import { clsx } from 'clsx'
import { useState } from 'react'

import type { ProvenanceLines } from '../../server/contract/create.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { inputClass } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import type { CreateState, Document } from './use-create.ts'

/** The documents that libvirt will get; what was asked for stands out from what comes by default. */
export function XmlView({ state }: { state: CreateState }) {
  const t = useT('create')
  const [wanted, setWanted] = useState<Document>('final')
  const [draft, setDraft] = useState<string | null>(null)
  const which = state.documents[wanted] ? wanted : 'final'
  const shown = state.documents[which]
  const provenance = state.preview?.provenance[which] ?? null
  const lost = (['install', 'final'] as const).flatMap(
    (name) => state.documents[name]?.lost ?? [],
  )
  const edited = state.documents.install?.edited || state.documents.final?.edited
  return (
    <Card
      title={t('xml.title')}
      padded={false}
      actions={
        <>
          {state.documents.install && (
            <Select
              label={t('xml.which')}
              labelHidden
              size="sm"
              value={which}
              onChange={(next) => {
                setDraft(null)
                setWanted(next)
              }}
              options={(['install', 'final'] as const).map((value) => ({
                value,
                label: t(`xml.${value}`),
              }))}
            />
          )}
          {shown &&
            (draft === null ? (
              <Button size="sm" onClick={() => setDraft(shown.xml)}>
                {t('xml.edit')}
              </Button>
            ) : (
              <>
                <Button size="sm" onClick={() => setDraft(null)}>
                  {t('xml.discard')}
                </Button>
                <Button
                  size="sm"
                  variant="primary"
                  onClick={() => {
                    state.editXml(which, draft)
                    setDraft(null)
                  }}
                >
                  {t('xml.keep')}
                </Button>
              </>
            ))}
          {edited && draft === null && (
            <Button size="sm" onClick={state.dropXmlEdits}>
              {t('xml.drop')}
            </Button>
          )}
          {shown && <CopyButton text={shown.xml} />}
        </>
      }
    >
      {lost.length > 0 && (
        <Notice tone="warn" title={t('xml.lost')} className="m-3">
          <pre className="font-mono text-xs whitespace-pre-wrap">
            {lost.map(({ old, lines }) =>
              [
                ...old.map((line) => `- ${line}`),
                ...lines.map((line) => `+ ${line}`),
                '',
              ].join('\n'),
            )}
          </pre>
        </Notice>
      )}
      {!shown ? (
        <p className="text-muted p-4 text-sm">{t('xml.none')}</p>
      ) : draft === null ? (
        <Reading
          xml={shown.xml}
          built={shown.built}
          provenance={shown.edited ? null : provenance}
          pending={state.pending}
        />
      ) : (
        <textarea
          aria-label={t('xml.editor')}
          value={draft}
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          className={`${inputClass} h-[60dvh] resize-y rounded-none border-0 p-4 font-mono text-xs leading-5`}
        />
      )}
      {shown && draft === null && (
        <p className="text-muted flex gap-4 border-t px-4 py-2 text-xs">
          <span className="text-accent font-medium">{t('xml.typed')}</span>
          <span className="text-faint">{t('xml.byDefault')}</span>
          {shown.edited && <span className="text-warn">{t('xml.edited')}</span>}
        </p>
      )}
    </Card>
  )
}

function Reading({
  xml,
  built,
  provenance,
  pending,
}: {
  xml: string
  built: string
  provenance: ProvenanceLines | null
  pending: boolean
}) {
  const t = useT('create')
  return (
    <pre
      // Focusable, so that it can be scrolled with the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t('xml.title')}
      className={clsx(
        'max-h-[60dvh] overflow-auto p-4 font-mono text-xs leading-5',
        pending && 'opacity-60',
      )}
    >
      {provenance ? <Provenance lines={provenance} /> : <Edited xml={xml} built={built} />}
    </pre>
  )
}

const origins = {
  typed: 'text-accent font-medium',
  default: 'text-muted',
  shape: 'text-faint',
} as const

function Provenance({ lines }: { lines: ProvenanceLines }) {
  return lines.map((line, at) => (
    <div key={at} style={{ paddingLeft: `${line.indent}ch` }}>
      {line.segments.map(({ text, origin }, index) => (
        <span
          key={index}
          className={origins[origin.by]}
          title={
            origin.by === 'typed'
              ? `--${origin.option}${origin.key === null ? '' : ` ${origin.key}`}`
              : undefined
          }
        >
          {text}
        </span>
      ))}
    </div>
  ))
}

/** Lines that somebody changed stand out. */
function Edited({ xml, built }: { xml: string; built: string }) {
  const known = new Set(built.split('\n'))
  return xml.split('\n').map((line, at) => (
    <div key={at} className={known.has(line) ? undefined : 'text-warn'}>
      {line || ' '}
    </div>
  ))
}
