import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { IntlProvider } from 'use-intl/react'
import { describe, expect, it } from 'vitest'

import { Button } from './button.tsx'
import { TextField } from './field.tsx'
import { MemoryBar } from './memory-bar.tsx'
import { Slider } from './slider.tsx'
import { ErrorState } from './states.tsx'
import { Th } from './table.tsx'

const messages = {
  common: {
    required: 'required',
    retry: 'Try again',
    onHost: 'on {host}',
    whatToDo: 'What to do',
    libvirtSays: 'libvirt says (code {code}, domain {domain})',
    command: 'Equivalent command',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'No',
  },
  errors: { unexpectedTitle: 'Something went wrong', code: { libvirt: 'libvirt refused' } },
}

function html(element: ReactElement): string {
  return renderToStaticMarkup(
    <IntlProvider locale="en" timeZone="UTC" messages={messages as never}>
      {element}
    </IntlProvider>,
  )
}

describe('Button', () => {
  it('that is blocked stays focusable, says why, and does not submit', () => {
    const markup = html(
      <Button type="submit" blocked="The domain is not running">
        Reboot
      </Button>,
    )
    expect(markup).toContain('aria-disabled="true"')
    expect(markup).not.toMatch(/ disabled[ =>]/)
    expect(markup).toContain('type="button"')
    const [, id] = /aria-describedby="([^"]+)"/.exec(markup) ?? []
    expect(markup).toContain(`<span id="${id}" hidden="">The domain is not running</span>`)
  })

  it('that loads does not submit twice', () => {
    const markup = html(
      <Button type="submit" loading>
        Save
      </Button>,
    )
    expect(markup).toContain('aria-busy="true"')
    expect(markup).toContain('type="button"')
  })
})

it('TextField ties its error and hint to the input', () => {
  const markup = html(
    <TextField
      label="URI"
      value="x"
      onChange={() => undefined}
      error="No such"
      hint="Such as"
    />,
  )
  expect(markup).toContain('aria-invalid="true"')
  const [, ids = ''] = /aria-describedby="([^"]+)"/.exec(markup) ?? []
  expect(ids.split(' ')).toHaveLength(2)
  for (const id of ids.split(' ')) expect(markup).toContain(`id="${id}"`)
})

it('ErrorState shows all that a problem says, as text', () => {
  const markup = html(
    <ErrorState
      problem={{
        title: 'libvirt',
        code: 'libvirt',
        host: 'alpha',
        detail: '<img src=x onerror=alert(1)>',
        remedy: 'Start it first',
        libvirt: { code: 55, domain: 10, message: 'domain is not running' },
        command: 'virsh reboot web1',
      }}
    />,
  )
  expect(markup).toContain('libvirt refused')
  expect(markup).toContain('on alpha')
  expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(markup).toContain('Start it first')
  expect(markup).toContain('code 55, domain 10')
  expect(markup).toContain('virsh reboot web1')
})

it('ErrorState calls an unknown code what the server calls it', () => {
  expect(html(<ErrorState problem={{ title: 'teapot', code: 'teapot' }} />)).toContain(
    'teapot',
  )
  expect(html(<ErrorState problem={{ title: '', code: '__proto__' }} />)).toContain(
    'Something went wrong',
  )
})

it('Slider has a native range with words, and draws the red zone', () => {
  const markup = html(
    <Slider
      label="Target"
      value={512}
      onChange={() => undefined}
      min={0}
      max={2048}
      step={64}
      danger={{ from: 0, to: 1024, label: 'below the safe floor' }}
      valueText={(value) => `${value} MiB`}
    />,
  )
  expect(markup).toContain('type="range"')
  expect(markup).toContain('aria-valuetext="512 MiB"')
  expect(markup).toContain('slider-danger')
  expect(markup).toMatch(/data-slider-danger="true"[^>]*title="below the safe floor"/)
  expect(markup).toContain('below the safe floor</span>')
})

it('MemoryBar is one picture with words', () => {
  const markup = html(
    <MemoryBar
      label="50 of 100 MiB used"
      usedKiB={50}
      cacheKiB={10}
      balloonKiB={80}
      maximumKiB={100}
      rssKiB={90}
    />,
  )
  expect(markup).toContain('role="img" aria-label="50 of 100 MiB used"')
  expect(markup).toContain('width:50%')
  expect(markup).toContain('left:90%')
})

it('Th tells how it is sorted', () => {
  const markup = html(
    <table>
      <thead>
        <tr>
          <Th sort="descending" onSort={() => undefined}>
            Name
          </Th>
        </tr>
      </thead>
    </table>,
  )
  expect(markup).toContain('aria-sort="descending"')
  expect(markup).toContain('<button')
})
