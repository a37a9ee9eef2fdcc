'use client'

import { clsx } from 'clsx'
import { type RefObject, useEffect, useId, useRef, useState } from 'react'

import type { ProvenanceLines } from '../../server/contract/create.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { inputClass } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import type { CreateState, Document } from './use-create.ts'
import {
  offsetOf,
  type ParseXml,
  type XmlEditProblem,
  xmlEditProblem,
} from './xml-edit-problem.ts'

/** An edit that is not kept yet. */
interface Draft {
  which: Document
  text: string
  /** The built document that it began from: the form may change meanwhile. */
  base: string
  problem: XmlEditProblem | null
}

const parseXml: ParseXml = (text) =>
  new DOMParser().parseFromString(text, 'application/xml')

/** The documents that libvirt will get; what was asked for stands out from what comes by default. */
export function XmlView({ state }: { state: CreateState }) {
  const t = useT('create')
  const [wanted, setWanted] = useState<Document>('final')
  const [draft, setDraft] = useState<Draft | null>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const editButton = useRef<HTMLButtonElement>(null)
  const editing = draft !== null
  const before = useRef(editing)
  // The button that was pressed goes away with this: what took its place has the focus.
  useEffect(() => {
    if (before.current === editing) return
    before.current = editing
    if (editing) area.current?.focus()
    else editButton.current?.focus()
  }, [editing])
  const which = draft?.which ?? (state.documents[wanted] ? wanted : 'final')
  const shown = state.documents[which]
  const provenance = state.preview?.provenance[which] ?? null
  const lost = (['install', 'final'] as const).flatMap(
    (name) => state.documents[name]?.lost ?? [],
  )
  const edited = state.documents.install?.edited || state.documents.final?.edited
  function keep() {
    if (!draft) return
    const problem = xmlEditProblem(draft.text, draft.base, parseXml)
    if (!problem) {
      state.editXml(which, draft.base, draft.text)
      setDraft(null)
      return
    }
    // The edit stays as it is, with the caret where it is wrong.
    setDraft({ ...draft, problem })
    const at = offsetOf(draft.text, problem)
    area.current?.focus()
    area.current?.setSelectionRange(at, at)
  }
  return (
    <Card
      title={t('xml.title')}
      padded={false}
      actions={
        <>
          {state.documents.install && draft === null && (
            <Select
              label={t('xml.which')}
              labelHidden
              size="sm"
              value={which}
              onChange={setWanted}
              options={(['install', 'final'] as const).map((value) => ({
                value,
                label: t(`xml.${value}`),
              }))}
            />
          )}
          {draft === null ? (
            shown && (
              <Button
                ref={editButton}
                size="sm"
                onClick={() =>
                  setDraft({ which, text: shown.xml, base: shown.built, problem: null })
                }
              >
                {t('xml.edit')}
              </Button>
            )
          ) : (
            <>
              <Button size="sm" onClick={() => setDraft(null)}>
                {t('xml.discard')}
              </Button>
              <Button size="sm" variant="primary" onClick={keep}>
                {t('xml.keep')}
              </Button>
            </>
          )}
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
      {draft !== null ? (
        <Editor
          draft={draft}
          area={area}
          onChange={(text) => setDraft({ ...draft, text })}
        />
      ) : !shown ? (
        <p className="text-muted p-4 text-sm">{t('xml.none')}</p>
      ) : (
        <Reading
          xml={shown.xml}
          built={shown.built}
          provenance={shown.edited ? null : provenance}
          pending={state.pending}
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

function Editor({
  draft,
  area,
  onChange,
}: {
  draft: Draft
  area: RefObject<HTMLTextAreaElement | null>
  onChange: (text: string) => void
}) {
  const t = useT('create')
  const id = useId()
  const { text, problem } = draft
  return (
    <>
      {problem && (
        <div id={id} role="alert" className="border-b px-4 py-2.5 text-sm">
          <p className="text-danger">
            {t(`xml.problem.${problem.code}`, {
              line: problem.line,
              column: problem.column,
              wanted: '<domain>',
            })}
          </p>
          <p className="text-muted mt-0.5 font-mono text-xs [overflow-wrap:anywhere]">
            {problem.words}
          </p>
        </div>
      )}
      <textarea
        ref={area}
        aria-label={t('xml.editor')}
        aria-invalid={problem !== null}
        aria-describedby={problem ? id : undefined}
        value={text}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} h-[60dvh] resize-y rounded-none border-0 p-4 font-mono text-xs leading-5`}
      />
    </>
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
