'use client'

import { type Query, useQuery, useQueryClient } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { useEffect, useRef } from 'react'

import type { HostState } from '../../server/contract/host.ts'
import { queries } from '../data/queries.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { InlineError } from '../ui/states.tsx'
import { AdvancedSection } from './advanced-section.tsx'
import { BasicsSection } from './basics-section.tsx'
import { useCheckWords } from './check-words.ts'
import { ChecksView } from './checks-view.tsx'
import { CloudInitSection } from './cloud-init-section.tsx'
import { CpuMemorySection } from './cpu-memory-section.tsx'
import { createQueries } from './create-api.ts'
import { CreateBar } from './create-bar.tsx'
import { DisksSection } from './disks-section.tsx'
import { fieldErrors } from './field-errors.ts'
import { FirmwareSection } from './firmware-section.tsx'
import { FollowJob } from './follow-job.tsx'
import { FormProvider } from './form-context.tsx'
import { GraphicsSection } from './graphics-section.tsx'
import { InstallSection } from './install-section.tsx'
import { optionsLike } from './like-domain.ts'
import { LineView } from './line-view.tsx'
import { NetworksSection } from './networks-section.tsx'
import { isOwnDomain, withoutNameCheck } from './own-domain.ts'
import { StartSection } from './start-section.tsx'
import { type CreateState, useCreate } from './use-create.ts'
import { useCreation } from './use-creation.ts'
import { XmlView } from './xml-view.tsx'

/** A new domain: form, virt-install line, XML and checks of the same thing. */
export function CreatePage() {
  const t = useT('create')
  const typed = useCreate()
  const creation = useCreation(typed)
  const { host, preview } = typed
  // The page must not complain of its own success.
  const own = isOwnDomain(preview, host, creation.job)
  const state = own && preview ? { ...typed, preview: withoutNameCheck(preview) } : typed
  const hosts = useLiveTopic({ name: 'hosts' }).data?.hosts
  const facts = useQuery(createQueries.facts(host))
  useOnlyHost(
    state,
    hosts?.map((one) => one.host),
  )
  useHostBack(hosts?.find((one) => one.host === host)?.state)
  const like = useLike(state)
  const wordsOf = useCheckWords()
  const errors = fieldErrors(
    state.options,
    state.lineError,
    state.preview,
    creation.failure,
    wordsOf,
  )
  return (
    <Page>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      {state.job !== null && (
        <FollowJob id={state.job} onChange={creation.follow} onGone={creation.gone} />
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <FormProvider value={{ state, facts: facts.data, failed: facts.isError, errors }}>
          <div className="space-y-5">
            {facts.error && <InlineError problem={problemOf(facts.error)} />}
            {like && <InlineError problem={like} />}
            <BasicsSection hosts={hosts ?? []} />
            <InstallSection />
            <CpuMemorySection />
            <DisksSection />
            <NetworksSection />
            <FirmwareSection />
            <GraphicsSection />
            <CloudInitSection />
            <StartSection />
            <AdvancedSection />
          </div>
        </FormProvider>
        <div className="space-y-5 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto">
          <CreateBar state={state} creation={creation} made={own} />
          <LineView state={state} />
          <ChecksView state={state} hostFails={facts.isError} />
          <XmlView state={state} />
        </div>
      </div>
    </Page>
  )
}

/** Where there is one host only, it is the one. */
function useOnlyHost(state: CreateState, hosts: readonly string[] | undefined): void {
  const { host, setHost } = state
  const only = hosts?.length === 1 ? hosts[0] : undefined
  useEffect(() => {
    if (host === '' && only !== undefined) setHost(only)
    // setHost is new with every render and does the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [host, only])
}

/** What a host that was away could not be asked is asked anew once it is back. */
function useHostBack(state: HostState | undefined): void {
  const client = useQueryClient()
  const answers = state === 'online' || state === 'degraded'
  useEffect(() => {
    if (!answers) return
    const failed = {
      queryKey: ['create'],
      predicate: ({ state: { status } }: Query) => status === 'error',
    }
    void client.invalidateQueries(failed)
  }, [client, answers])
}

/** "Another one like this": `from=HOST/UUID` in the address fills the form once. */
function useLike(state: CreateState): ProblemLike | null {
  const [from, setFrom] = useQueryState('from', parseAsString)
  const [host = '', uuid = ''] = from?.split('/') ?? []
  const wanted = from !== null && uuid !== ''
  const xml = useQuery({ ...queries.domainXml({ host, uuid }, true), enabled: wanted })
  const media = useQuery({ ...createQueries.media(host), enabled: wanted })
  const facts = useQuery({ ...createQueries.facts(host), enabled: wanted })
  const done = useRef(false)
  const { change } = state
  useEffect(() => {
    if (!wanted || done.current || xml.data === undefined || media.isLoading) return
    if (facts.isLoading) return
    done.current = true
    const parsed = new DOMParser().parseFromString(xml.data, 'text/xml')
    const volumes = media.data?.volumes ?? []
    const taken = facts.data?.domainNames ?? []
    change(() => optionsLike(parsed.documentElement, volumes, taken))
    void setFrom(null)
  }, [wanted, xml.data, media, facts, change, setFrom])
  return xml.error ? problemOf(xml.error) : null
}
