import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, it } from 'vitest'

import { offsetOf, type ParseXml, xmlEditProblem } from './xml-edit-problem.ts'

const built = '<domain type="qemu">\n  <name>a</name>\n  <uuid>u</uuid>\n</domain>'
const parse: ParseXml = (text) => {
  const { documentElement } = new DOMParser().parseFromString(text, 'text/xml')
  if (!documentElement) throw new Error('no root')
  return {
    documentElement,
    getElementsByTagName: (name) => Array.from(documentElement.getElementsByTagName(name)),
  }
}
/** A browser that refuses with these words. */
const refusing =
  (words: string): ParseXml =>
  () => ({
    documentElement: { tagName: 'html' },
    getElementsByTagName: (name) =>
      name === 'parsererror' ? [{ textContent: words }] : [],
  })
const problem = (text: string) => xmlEditProblem(text, built, parse)

describe('an edit of the XML', () => {
  it('that changes a device or adds a comment is kept', () => {
    expect(problem(built.replace('</uuid>', '</uuid>\n  <!-- <!DOCTYPE x> -->'))).toBeNull()
    expect(problem(`<?xml version="1.0"?>\n${built}`)).toBeNull()
    expect(
      problem(built.replace('</uuid>', '</uuid><title><![CDATA[<!ENTITY]]></title>')),
    ).toBeNull()
  })

  it('with a document type or an entity is refused before it is parsed', () => {
    const bomb = `<!-- x -->\n <!DOCTYPE d [<!ENTITY a "aaaa">]>\n${built}`
    const never: ParseXml = () => {
      throw new Error('parsed')
    }
    expect(xmlEditProblem(bomb, built, never)).toEqual({
      code: 'doctype',
      line: 2,
      column: 2,
      words: '<!DOCTYPE',
    })
  })

  it('with another root, name or uuid is refused where it stands', () => {
    expect(problem('<!-- <a> -->\n<network><name>a</name></network>')).toEqual({
      code: 'root',
      line: 2,
      column: 1,
      words: '<network>',
    })
    expect(problem(built.replace('>a<', '>b<'))).toMatchObject({ code: 'name', line: 2 })
    expect(problem(built.replace('>u<', '>v<'))).toMatchObject({ code: 'uuid', line: 3 })
    expect(problem(built.replace('  <uuid>u</uuid>\n', ''))).toMatchObject({ code: 'uuid' })
  })

  it.each([
    [
      'Chromium',
      'This page contains the following errors:error on line 3 at column 9: Opening and ending tag mismatch: uuid line 0 and domain\nBelow is a rendering',
      'Opening and ending tag mismatch: uuid line 0 and domain',
    ],
    [
      'Firefox',
      'XML Parsing Error: mismatched tag. Expected: </uuid>.\nLocation: http://x/create\nLine Number 3, Column 9:\n</domain>',
      'mismatched tag. Expected: </uuid>.',
    ],
  ])('that is not well formed: %s says where and what', (_browser, said, words) => {
    expect(xmlEditProblem(built, built, refusing(said))).toEqual({
      code: 'notWellFormed',
      line: 3,
      column: 9,
      words,
    })
  })

  it('has its caret put where it is wrong', () => {
    const at = offsetOf(built, { line: 3, column: 9 })
    expect(built.slice(at, at + 1)).toBe('u')
    expect(offsetOf(built, { line: 99, column: 99 })).toBe(built.length)
  })
})
