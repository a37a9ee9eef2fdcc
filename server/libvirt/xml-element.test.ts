import { describe, expect, test } from 'vitest'

import { readXml, XmlSyntaxError } from './xml-element.ts'

const domain = `<?xml version="1.0"?>
<!-- made by hand -->
<domain type='qemu' xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>db &amp; co</name>
  <title>A &lt;b&gt; &#65;&#x42; &quot;x&apos;</title>
  <metadata><!-- none --><a:b xmlns:a='urn:a' c = "1 &#10; 2"/></metadata>
  <description><![CDATA[<not> an & element]]> and more</description>
  <näme 名='值'>ünï 🚀</näme>
  <qemu:commandline><qemu:arg value='-S'/></qemu:commandline>
</domain>
<!-- the end -->
`

describe('a document', () => {
  const root = readXml(domain)
  const first = (name: string) =>
    root.content.find((part) => typeof part !== 'string' && part.tagName === name)!
  const text = (name: string) => {
    const found = first(name)
    return typeof found === 'string' ? found : found.textContent
  }

  test('has its names with their prefixes, its attributes and its texts', () => {
    expect(root.tagName).toBe('domain')
    expect(Object.fromEntries(root.attributes)).toEqual({
      type: 'qemu',
      'xmlns:qemu': 'http://libvirt.org/schemas/domain/qemu/1.0',
    })
    expect(text('name')).toBe('db & co')
    expect(text('title')).toBe(`A <b> AB "x'`)
    expect(text('description')).toBe('<not> an & element and more')
    expect(first('näme')).toMatchObject({ content: ['ünï 🚀'] })
    expect(text('qemu:commandline')).toBe('')
  })

  test('comes out as it went in', () => {
    expect(`${first('metadata')}`).toBe(
      '<metadata><a:b xmlns:a="urn:a" c="1 &#10; 2"/></metadata>',
    )
    const again = readXml(root.toString())
    expect(again.toString()).toBe(root.toString())
    expect(again.textContent).toBe(root.textContent)
  })

  test('may have any line ends, and a mark of its byte order', () => {
    const windows = readXml(`\ufeff${domain.replaceAll('\n', '\r\n')}`)
    expect(windows.toString()).toBe(root.toString())
  })
})

test.each([
  ['', 1],
  ['hello', 1],
  ['<a', 1],
  ['<a>\n<b></a>', 2],
  ['<a></b>', 1],
  ['</a>', 1],
  ['<a/><b/>', 1],
  ['<a/>\n\nmore', 3],
  ['<a b/>', 1],
  ['<a b=c/>', 1],
  ['<a b="c/>', 1],
  ['<a b="1" b="2"/>', 1],
  ['<a b="1"c="2"/>', 1],
  ['<a b="<"/>', 1],
  ['<a / >', 1],
  ['<1a/>', 1],
  ['< a/>', 1],
  ['<a>&</a>', 1],
  ['<a>\n&boom;</a>', 2],
  ['<a>&#0;</a>', 1],
  ['<a>&#xD800;</a>', 1],
  ['<a>&#9999999;</a>', 1],
  ['<a b="&nbsp;"/>', 1],
  ['<a>]]></a>', 1],
  ['<a><![CDATA[x</a>', 1],
  ['<![CDATA[x]]><a/>', 1],
  ['<a><!-- x</a>', 1],
  ['<a><!-- x -- y --></a>', 1],
  ['<a><!ELEMENT b></a>', 1],
  ['<a><?b</a>', 1],
  ['<a/><?xml version="1.0"?>', 1],
  ['<a>\n\u0001</a>', 2],
  ['<a>'.repeat(300) + '</a>'.repeat(300), 1],
])('%j is none, from line %i on', (text, line) => {
  try {
    readXml(text)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(XmlSyntaxError)
    expect(error).toMatchObject({ line })
  }
})

test('whatever stands in it, it is read or refused, and what is read comes out again', () => {
  const pieces = [
    '<',
    '>',
    '&',
    '"',
    "'",
    '/',
    '!',
    '-',
    ']]>',
    '<!--',
    '&#',
    ';',
    '=',
    '\0',
  ]
  let seed = 7
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 4_294_967_296) * below)
  }
  let read = 0
  for (let round = 0; round < 20_000; round++) {
    const at = next(domain.length)
    const text =
      domain.slice(0, at) + pieces[next(pieces.length)]! + domain.slice(at + next(3))
    try {
      const root = readXml(text)
      expect(readXml(root.toString()).textContent).toBe(root.textContent)
      read++
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error
    }
  }
  expect(read).toBeGreaterThan(1_000)
  expect(read).toBeLessThan(19_000)
})
