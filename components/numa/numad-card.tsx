'use client'

import { numadFacts, type NumadFacts } from '../../server/contract/numa.ts'
import { useFormat } from '../charts/use-format.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { useNowMs } from '../ui/relative-time.tsx'
import { InlineError } from '../ui/states.tsx'
import { useSubmit } from '../ui/use-submit.ts'

const tones = { present: 'ok', absent: 'warn', unknown: 'info' } as const

/** Whether libvirt finds numad on the host, how that is known, and how to find out. */
export function NumadCard({ host, numad }: { host: string; numad: NumadFacts }) {
  const t = useT('numa')
  const f = useFormat()
  const nowMs = useNowMs()
  const may = useMay('operator')
  const { busy, problem, submit } = useSubmit(async () => {
    await api.post(apiPaths.numad({ host }), numadFacts)
  })
  return (
    <Card
      title={t('numad.title')}
      actions={
        <Button size="sm" loading={busy} blocked={may.reason} onClick={() => submit()}>
          {t('numad.ask')}
        </Button>
      }
    >
      <div className="space-y-3">
        <Notice tone={tones[numad.state]} role="status" title={t(`numad.${numad.state}`)}>
          <p>{t(`numad.${numad.state}Detail`)}</p>
          {numad.domain && <p>{t('numad.byDomain', { domain: numad.domain })}</p>}
          {numad.words && (
            <p className="mt-1 text-xs">
              {t('numad.asked')}
              {numad.askedMs !== null && (
                <>
                  {' '}
                  ({t('numad.askedAge', { age: f.age((nowMs - numad.askedMs) / 1000) })})
                </>
              )}
              : <bdi className="font-mono">{numad.words}</bdi>
            </p>
          )}
        </Notice>
        <InlineError problem={problem} />
      </div>
    </Card>
  )
}
