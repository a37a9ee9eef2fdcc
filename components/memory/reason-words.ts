import type { PressureReason } from '../../server/contract/pressure.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'

/** A reason of the score in words, with its figure. */
export function useReasonWords(): (reason: PressureReason) => string {
  const t = useT('memory')
  const f = useFormat()
  return ({ signal, value }) => {
    const figure =
      signal === 'usable' || signal === 'vcpu-wait'
        ? f.percent(value)
        : signal === 'major-faults'
          ? f.count(Math.round(value))
          : `${f.kib(value)}/s`
    return t(`pressure.reason.${signal}`, { value: figure })
  }
}
