import { describe, expect, test } from 'vitest'

import { attribute, child, parseXml, sourceOf, textOf, XmlError } from './xml.ts'

const domain = `<?xml version="1.0"?>
<!-- made by hand -->
<domain type='qemu' xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>db &amp; co</name>
  <title>A &lt;b&gt; &#65;&#x42; &quot;x&apos;</title>
  <description><![CDATA[<not> an & element]]> and more</description>
  <näme 名='值'>ünï 🚀</näme>
  <metadata><!-- none --><a:b xmlns:a='urn:a' c = "1 &#10; 2"/></metadata>
  <qemu:commandline><qemu:arg value='-S'/></qemu:commandline>
</domain>
<!-- the end -->
`

describe('a document', () => {
  const root = parseXml(domain, 'domain')

  test('has its names with their prefixes, its attributes and its texts', () => {
    expect(attribute(root, 'type')).toBe('qemu')
    expect(attribute(root, 'xmlns:qemu')).toBe('http://libvirt.org/schemas/domain/qemu/1.0')
    expect(textOf(root, 'name')).toBe('db & co')
    expect(textOf(root, 'title')).toBe(`A <b> AB "x'`)
    expect(textOf(root, 'description')).toBe('<not> an & element and more')
    expect(textOf(root, 'näme')).toBe('ünï 🚀')
    expect(attribute(child(root, 'metadata/a:b'), 'c')).toBe('1 \n 2')
    expect(attribute(child(root, 'qemu:commandline/qemu:arg'), 'value')).toBe('-S')
    expect(attribute(root, 'toString')).toBeNull()
  })

  test('gives an element as it stands there', () => {
    const metadata = child(root, 'metadata')
    expect(metadata && sourceOf(metadata, domain)).toBe(
      `<metadata><!-- none --><a:b xmlns:a='urn:a' c = "1 &#10; 2"/></metadata>`,
    )
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
])('%j is none, from line %i on', (text, line) => {
  try {
    parseXml(text, 'a')
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(XmlError)
    expect(error).toMatchObject({ line })
  }
})

test.each([
  ['<a>'.repeat(100_000), /nested too deeply/],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /document type/],
  [`<a>${'x'.repeat(4_194_304)}</a>`, /longer than 4 MiB/],
  ['<b/>', /begins with <b>, not with <a>/],
])('refused with its reason: %#', (text, why) => {
  expect(() => parseXml(text, 'a')).toThrow(XmlError)
  expect(() => parseXml(text, 'a')).toThrow(why)
})
