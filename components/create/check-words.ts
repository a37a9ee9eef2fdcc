'use client'

import type { CreateCheck } from '../../server/contract/create.ts'
import { memoryWarningKind } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'

/** What a check says, in the page's language. */
export interface CheckWords {
  title: string
  detail: string
}

/** Words of the checks: the server sends codes and values. Memory is worded as the host's page words it. */
export function useCheckWords(): (check: CreateCheck) => CheckWords {
  const t = useT('create')
  const f = useFormat()
  const memoryWords = useMemoryWords()
  return (check) => {
    const { code, values } = check
    if (code === 'memory_overcommit') return memoryWords(values)
    const bytes = (name: string) => f.bytes(numberOf(values, name))
    return {
      title: t(`check.${code}`),
      detail: t(`checkDetail.${code}`, {
        host: textOf(values, 'host'),
        name: textOf(values, 'name'),
        network: textOf(values, 'network'),
        os: textOf(values, 'os'),
        memory: f.kib(numberOf(values, 'minimumMiB') * 1024),
        pool: textOf(values, 'pool'),
        available: bytes('availableBytes'),
        capacity: bytes('capacityBytes'),
        path: textOf(values, 'path'),
        mac: textOf(values, 'mac'),
        asked: textOf(values, 'asked'),
        used: textOf(values, 'used'),
      }),
    }
  }
}

function useMemoryWords(): (values: CreateCheck['values']) => CheckWords {
  const t = useT('create')
  const host = useT('hostMemory')
  const memory = useT('memory')
  const f = useFormat()
  return (values) => {
    const amounts = {
      need: f.kib(numberOf(values, 'needKiB')),
      have: f.kib(numberOf(values, 'haveKiB')),
      missing: f.kib(numberOf(values, 'missingKiB')),
    }
    const list = textOf(values, 'cells')
    switch (memoryWarningKind.catch('over-free').parse(values.kind)) {
      case 'over-maximum':
        return {
          title: host('verdict.over', amounts),
          detail: host('verdict.overDetail', amounts),
        }
      case 'over-balloon':
        return { title: t('memory.balloon'), detail: memory('effect.balloons', amounts) }
      case 'over-free':
        return { title: t('memory.free'), detail: t('memory.freeDetail', amounts) }
      case 'over-cells':
        return {
          title: t('memory.cells'),
          detail: host('verdict.cells', {
            ...amounts,
            cells: list.split(', ').length,
            list,
          }),
        }
      case 'over-huge-pages':
        return {
          title: t('memory.pages'),
          detail: t('memory.pagesDetail', {
            ...amounts,
            size: f.kib(numberOf(values, 'pageKiB')),
          }),
        }
    }
  }
}

function textOf(values: CreateCheck['values'], name: string): string {
  return String(values[name] ?? '')
}

function numberOf(values: CreateCheck['values'], name: string): number {
  return Number(values[name] ?? 0)
}
