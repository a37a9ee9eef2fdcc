'use client'

import { clsx } from 'clsx'

import type { PreflightTarget } from '../../server/contract/preflight.ts'
import { LevelIcon } from './finding-list.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** The hosts to choose from, the best first, each with what stands in the way. */
export function TargetList({
  targets,
  chosen,
  onChoose,
}: {
  targets: readonly PreflightTarget[]
  chosen: string | null
  onChoose: (host: string) => void
}) {
  const { t, f } = useMigrationWords()
  const count = (target: PreflightTarget, level: string) =>
    target.findings.filter((found) => found.level === level).length
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t('target')}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {targets.map((target) => {
          const [errors, warnings] = [count(target, 'error'), count(target, 'warning')]
          return (
            <label
              key={target.host}
              htmlFor={`target-${target.host}`}
              aria-label={target.hostName}
              className={clsx(
                'flex cursor-pointer gap-2.5 rounded border px-3 py-2',
                target.host === chosen ? 'border-accent bg-accent-soft' : 'bg-surface',
              )}
            >
              <input
                id={`target-${target.host}`}
                type="radio"
                name="target"
                value={target.host}
                checked={target.host === chosen}
                onChange={() => onChoose(target.host)}
                className="accent-accent mt-1"
              />
              <span className="min-w-0 flex-1 text-sm">
                <span className="flex items-center gap-1.5">
                  <bdi className="truncate font-medium">{target.hostName}</bdi>
                  <LevelIcon level={target.level} />
                </span>
                <span className="text-muted block text-xs">
                  {errors + warnings === 0
                    ? t('noObstacle')
                    : t('obstacles', {
                        errors,
                        warnings,
                        both: errors > 0 && warnings > 0 ? 'yes' : 'no',
                      })}
                  {target.freeAfterKiB !== null &&
                    ` · ${t('freeAfter', { free: f.kib(target.freeAfterKiB) })}`}
                  {target.copyBytes > 0 &&
                    ` · ${t('copies', { size: f.bytes(target.copyBytes) })}`}
                </span>
              </span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
