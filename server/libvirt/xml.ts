import type { Element } from '@xmldom/xmldom'
import { DOMParser } from '@xmldom/xmldom'

const XML_BRAND = Symbol.for('ballast.libvirt.XmlError')

/** XML that is not what it should be: not well formed, a DTD, another root, no number. */
export class XmlError extends Error {
  readonly code = 'xml'
  /** Where, when the parser knows: counted from 1. */
  readonly line: number | null

  constructor(message: string, options: { line?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'XmlError'
    this.line = options.line ?? null
    Object.defineProperty(this, XML_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && XML_BRAND in value
  }
}

/** What libvirt itself takes and gives at most. */
const MAX_LENGTH = 4_194_304

/**
 * Parses a document and gives its root element. No DTD and no entity but XML's own five is
 * let in, so nothing can be fetched and nothing grows.
 */
export function parseXml(text: string, root: string): Element {
  if (text.length > MAX_LENGTH) throw new XmlError('The XML is longer than 4 MiB.')
  // In a document without DTD the text cannot occur outside comments and CDATA.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw new XmlError('The XML has a document type or entities, which are not allowed.')
  }
  let element: Element | null
  try {
    element = new DOMParser({ onError }).parseFromString(text, 'text/xml').documentElement
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const line = /@#?\[?line:(\d+)/.exec(message)?.[1] ?? lineOf(cause)
    throw new XmlError('The XML is not well formed.', { line: toLine(line), cause })
  }
  if (element?.tagName !== root) {
    const name = element?.tagName ?? 'nothing'
    throw new XmlError(`The XML begins with <${name}>, not with <${root}>.`)
  }
  return element
}

function onError(level: string, message: string): void {
  if (level !== 'warning') throw new Error(message)
}

function lineOf(cause: unknown): string | undefined {
  const locator = typeof cause === 'object' && cause && 'locator' in cause && cause.locator
  return typeof locator === 'object' && locator && 'lineNumber' in locator
    ? String(locator.lineNumber)
    : undefined
}

function toLine(text: string | undefined): number | undefined {
  const line = Number(text)
  return line > 0 ? line : undefined
}

/** Child elements of a name, in order. */
export function children(parent: Element | null, name: string): Element[] {
  const found: Element[] = []
  for (let node = parent?.firstChild ?? null; node; node = node.nextSibling) {
    if (isElement(node) && node.tagName === name) found.push(node)
  }
  return found
}

function isElement(node: { nodeType: number }): node is Element {
  return node.nodeType === 1
}

/** First element along a path of names, such as `devices/memballoon`. */
export function child(parent: Element | null, path: string): Element | null {
  let element = parent
  for (const name of path.split('/')) element = children(element, name)[0] ?? null
  return element
}

/** Text of an element along a path; null when there is no such element. */
export function textOf(parent: Element | null, path: string): string | null {
  return child(parent, path)?.textContent?.trim() ?? null
}

/** Attribute; null when absent. */
export function attribute(element: Element | null, name: string): string | null {
  return element?.hasAttribute(name) ? element.getAttribute(name) : null
}

/** Whole number, null when absent; throws XmlError when it is none. */
export function integer(value: string | null, what: string): number | null {
  if (value === null || value === '') return null
  const number = Number(value)
  if (!/^-?\d+$/.test(value)) throw new XmlError(`“${what}” is not a whole number.`)
  return number
}

/** Bytes of a unit as libvirt's virScaleInteger reads them; KiB when there is none. */
const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  kb: 1e3,
  m: 2 ** 20,
  mib: 2 ** 20,
  mb: 1e6,
  g: 2 ** 30,
  gib: 2 ** 30,
  gb: 1e9,
  t: 2 ** 40,
  tib: 2 ** 40,
  tb: 1e12,
  p: 2 ** 50,
  pib: 2 ** 50,
  pb: 1e15,
  e: 2 ** 60,
  eib: 2 ** 60,
  eb: 1e18,
}

/** A size with its `unit`, in KiB rounded up as libvirt does; null when there is no element. */
export function sizeKiB(element: Element | null): number | null {
  if (element === null) return null
  const value = element.textContent?.trim() ?? null
  return scaledKiB(value, attribute(element, 'unit'), element.tagName)
}

/** The same of a size that stands in an attribute; null when there is none. */
export function scaledKiB(
  text: string | null,
  unit: string | null,
  what: string,
): number | null {
  const value = integer(text, what)
  if (value === null) return null
  const unitBytes = UNIT_BYTES[(unit ?? 'KiB').toLowerCase()]
  if (unitBytes === undefined) throw new XmlError(`“${unit}” is not a unit of size.`)
  return Math.ceil((value * unitBytes) / 1_024)
}
