'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { useTranslations } from 'use-intl/react'

import type { DialogProps } from './dialog.tsx'
import { IconButton } from './icon-button.tsx'

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' }

/** Over the page, focus kept inside, Escape closes. At 390 px a sheet from below. */
export function DialogPopup({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = 'md',
}: DialogProps) {
  const t = useTranslations('common')
  const body = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="bg-scrim fixed inset-0 z-40 transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center overflow-y-auto sm:items-center sm:p-6">
          <Base.Popup
            // The first thing to fill in, not the button that closes. On touch screens the keyboard
            // would cover the dialog, so there it stays as Base has it.
            initialFocus={(how) =>
              how === 'touch'
                ? true
                : (body.current?.querySelector<HTMLElement>(
                    'input:not([type=hidden]), select, textarea',
                  ) ?? true)
            }
            className={clsx(
              'bg-raised border-line-strong shadow-pop flex max-h-[92dvh] w-full flex-col rounded-t-md border outline-none sm:rounded-md',
              'transition-[opacity,transform] duration-150 data-[ending-style]:translate-y-2 data-[ending-style]:opacity-0 data-[starting-style]:translate-y-2 data-[starting-style]:opacity-0',
              widths[size],
            )}
          >
            <header className="flex items-start gap-3 border-b px-4 py-3">
              <div className="min-w-0 flex-1">
                <Base.Title className="text-lg font-medium [overflow-wrap:anywhere]">
                  {title}
                </Base.Title>
                {description && (
                  <Base.Description className="text-muted mt-0.5 text-sm">
                    {description}
                  </Base.Description>
                )}
              </div>
              <Base.Close
                render={<IconButton size="sm" quiet label={t('close')} icon={<X />} />}
              />
            </header>
            <div ref={body} className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
              {children}
            </div>
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">
                {footer}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
