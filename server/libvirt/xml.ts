import { parseXml as parse, XmlElement, XmlError as ParseError } from '@rgrove/parse-xml'

export type { XmlElement } from '@rgrove/parse-xml'

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
export function parseXml(text: string, root: string): XmlElement {
  if (text.length > MAX_LENGTH) throw new XmlError('The XML is longer than 4 MiB.')
  // In a document without DTD the text cannot occur outside comments and CDATA.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw new XmlError('The XML has a document type or entities, which are not allowed.')
  }
  const element = read(text)
  if (element.name !== root) {
    throw new XmlError(`The XML begins with <${element.name}>, not with <${root}>.`)
  }
  return element
}

function read(text: string): XmlElement {
  try {
    const { root } = parse(text, { includeOffsets: true })
    if (root) return root
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new XmlError('The elements of the XML are nested too deeply.', { cause })
    }
    if (!(cause instanceof ParseError)) throw cause
    // What follows the first line repeats the text.
    const why = cause.message.split(' (line ')[0]
    throw new XmlError(`The XML is not well formed: ${why}.`, { line: cause.line, cause })
  }
  throw new XmlError('The XML has no element.')
}

/** Child elements of a name, in order. */
export function children(parent: XmlElement | null, name: string): XmlElement[] {
  const found: XmlElement[] = []
  for (const part of parent?.children ?? []) {
    if (part instanceof XmlElement && part.name === name) found.push(part)
  }
  return found
}

/** First element along a path of names, such as `devices/memballoon`. */
export function child(parent: XmlElement | null, path: string): XmlElement | null {
  let element = parent
  for (const name of path.split('/')) element = children(element, name)[0] ?? null
  return element
}

/** Text of an element along a path; null when there is no such element. */
export function textOf(parent: XmlElement | null, path: string): string | null {
  return child(parent, path)?.text.trim() ?? null
}

/** The element as it stands in the text that it was parsed from. */
export function sourceOf(element: XmlElement, text: string): string {
  return text.slice(element.start, element.end)
}

/** Attribute; null when absent. */
export function attribute(element: XmlElement | null, name: string): string | null {
  return element?.attributes[name] ?? null
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
export function sizeKiB(element: XmlElement | null): number | null {
  if (element === null) return null
  const value = element.text.trim()
  return scaledKiB(value, attribute(element, 'unit'), element.name)
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
