'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryStates } from 'nuqs'
import { useCallback, useEffect, useMemo, useState } from 'react'

import { secretKey } from '../../server/contract/create.ts'
import type {
  CreateError,
  CreateForm,
  CreatePreview,
  CreatePreviewRequest,
} from '../../server/contract/create.ts'
import { commandLineOf } from '../../server/virtinst/command-line.ts'
import type { VirtInstallOptions } from '../../server/virtinst/model.ts'
import { createQueries } from './create-api.ts'
import { noOptions } from './form-options.ts'
import { readLine } from './read-line.ts'
import { applyXml, diffXml, type XmlHunk } from './xml-diff.ts'

/** How long typing must rest before the server is asked for the XML and the checks. */
const restMs = 250
/** Lines up to this long are kept in the address: it can be shared. Characters. */
const shortLine = 1500

export type Document = 'install' | 'final'

/** Texts of files that the line names (keys, user-data), by the name in the line. Never in the address. */
export type NamedFiles = Readonly<Record<string, string>>

/**
 * The state of the page: one model of options, of which form, line, XML and checks are views. The line
 * box keeps what was typed there as it was typed; the model is the last of it that was understood.
 */
export function useCreate() {
  const [address, setAddress] = useQueryStates(
    {
      host: parseAsString.withDefault(''),
      line: parseAsString.withDefault(''),
      job: parseAsString,
    },
    { history: 'replace', throttleMs: 400 },
  )
  const { host } = address
  const [first] = useState(() => readLine(address.line))
  const [options, setOptions] = useState<VirtInstallOptions>(first.options ?? noOptions)
  const [text, setText] = useState(first.options ? lineOf(first.options) : address.line)
  const [lineError, setLineError] = useState<CreateError | null>(first.error)
  const [files, setFiles] = useState<NamedFiles>({})
  const [hunks, setHunks] = useState<Record<Document, readonly XmlHunk[]>>(noHunks)
  const [seed, setSeed] = useState<string | undefined>(undefined)

  const keepInAddress = useCallback(
    (line: string) => void setAddress({ line: mayBeShared(line) ? line : null }),
    [setAddress],
  )
  /** A field of the form changed something. */
  const change = useCallback(
    (make: (options: VirtInstallOptions) => VirtInstallOptions) => {
      setOptions((before) => {
        const next = make(before)
        const line = lineOf(next)
        setText(line)
        setLineError(null)
        keepInAddress(line)
        return next
      })
    },
    [keepInAddress],
  )
  /**
   * Everything as it was when a job was begun; `more`: files that the job did not keep. A line that
   * the address has is newer.
   */
  const restore = useCallback(
    (form: CreateForm, more: NamedFiles) => {
      if (address.line === '') {
        const { options: read, error } = readLine(form.line)
        setText(form.line)
        setLineError(error)
        if (read) setOptions(read)
        keepInAddress(form.line)
      }
      const kept = form.files.map(({ path, text: content }) => [path, content] as const)
      setFiles({ ...Object.fromEntries(kept), ...more })
      setHunks({ install: hunksOf(form.xml.install), final: hunksOf(form.xml.final) })
      setSeed(form.seed)
    },
    [address.line, keepInAddress],
  )
  /** Somebody types or pastes a line. What is not understood stays in the box, with the reason. */
  const typeLine = useCallback(
    (line: string) => {
      setText(line)
      const { options: read, error } = readLine(line)
      setLineError(error)
      if (!read) return
      setOptions(read)
      keepInAddress(lineOf(read))
    },
    [keepInAddress],
  )

  const line = lineOf(options)
  const asked = useRested(line, restMs)
  const askedFiles = useRested(files, restMs)
  const request = useMemo(
    () => (asked === '' ? null : previewRequest(asked, askedFiles, seed)),
    [asked, askedFiles, seed],
  )
  const query = useQuery(createQueries.preview(host, request))
  const preview = asked === '' ? undefined : query.data
  // From the first answer on: the same uuid and MACs while one goes on editing.
  const given = query.data?.seed
  const [spent, setSpent] = useState<string | undefined>(undefined)
  if (given !== undefined && given !== spent && seed === undefined) setSeed(given)

  return {
    host,
    setHost: (next: string) => {
      setSeed(undefined)
      void setAddress({ host: next || null })
    },
    /** The creation that the address names: begun here, or come back to. */
    job: address.job,
    setJob: (job: string | null) => void setAddress({ job }),
    restore,
    options,
    change,
    text,
    typeLine,
    line,
    lineError,
    files,
    setFile: (name: string, content: string | null) =>
      setFiles(({ [name]: _old, ...rest }) =>
        content === null ? rest : { ...rest, [name]: content },
      ),
    preview,
    /** What is shown is not yet that of the newest change. */
    pending: asked !== line || query.isFetching,
    previewFailure: query.error,
    retryPreview: () => void query.refetch(),
    request,
    documents: documentsOf(preview, hunks),
    /** `base`: the built document that the edit began from; the form may have changed since. */
    editXml: (which: Document, base: string, edited: string) =>
      setHunks((all) => ({ ...all, [which]: diffXml(base, edited) })),
    dropXmlEdits: () => setHunks(noHunks),
    /** After a domain was made: the next one gets its own uuid and MACs. */
    renew: () => {
      setSpent(seed)
      setSeed(undefined)
    },
  }
}
export type CreateState = ReturnType<typeof useCreate>

const noHunks: Record<Document, readonly XmlHunk[]> = { install: [], final: [] }

export interface ShownDocument {
  built: string
  /** With the edits in it. */
  xml: string
  edited: boolean
  lost: readonly XmlHunk[]
}

function hunksOf(edit: { built: string; edited: string } | null): XmlHunk[] {
  return edit ? diffXml(edit.built, edit.edited) : []
}

/** Short, and without a secret. */
function mayBeShared(line: string): boolean {
  if (line === '' || line.length > shortLine) return false
  const { options } = readLine(line)
  return !options?.uses.some(({ fields }) => fields.some(({ key }) => secretKey.test(key)))
}

function documentsOf(
  preview: CreatePreview | undefined,
  hunks: Record<Document, readonly XmlHunk[]>,
): Record<Document, ShownDocument | null> {
  const shown = (which: Document): ShownDocument | null => {
    const built = builtOf(preview, which)
    if (built === null) return null
    const { xml, lost } = applyXml(built, hunks[which])
    return { built, xml, edited: xml !== built, lost }
  }
  return { install: shown('install'), final: shown('final') }
}

function builtOf(preview: CreatePreview | undefined, which: Document): string | null {
  return (which === 'install' ? preview?.installXml : preview?.finalXml) ?? null
}

function previewRequest(
  line: string,
  files: NamedFiles,
  seed: string | undefined,
): CreatePreviewRequest {
  const named = Object.entries(files).map(([path, text]) => ({ path, text }))
  return { line, files: named, ...(seed === undefined ? {} : { seed }) }
}

function lineOf(options: VirtInstallOptions): string {
  return options.uses.length === 0 ? '' : commandLineOf(options)
}

function useRested<T>(value: T, afterMs: number): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return rested
}
