/** A place in a text that is no XML, and why. */
export class XmlSyntaxError extends Error {
  /** Counted from 1. */
  readonly line: number

  constructor(message: string, text: string, at: number) {
    super(message)
    this.name = 'XmlSyntaxError'
    this.line = text.slice(0, at).split('\n').length
  }
}

/** An element with what is in it; names keep their namespace prefixes. */
export class XmlElement {
  readonly tagName: string
  readonly attributes: ReadonlyMap<string, string>
  /** Elements and pieces of text, in their order. */
  readonly content: (XmlElement | string)[] = []

  constructor(tagName: string, attributes: ReadonlyMap<string, string>) {
    this.tagName = tagName
    this.attributes = attributes
  }

  /** All text in it, also that of the elements in it. */
  get textContent(): string {
    return this.content
      .map((part) => (typeof part === 'string' ? part : part.textContent))
      .join('')
  }

  /** The element as XML again. */
  toString(): string {
    const attributes = [...this.attributes]
      .map(([name, value]) => ` ${name}="${escaped(value, /[&<>"\t\n\r]/g)}"`)
      .join('')
    if (this.content.length === 0) return `<${this.tagName}${attributes}/>`
    const content = this.content
      .map((part) => (typeof part === 'string' ? escaped(part) : part.toString()))
      .join('')
    return `<${this.tagName}${attributes}>${content}</${this.tagName}>`
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function escaped(text: string, what = /[&<>\r]/g): string {
  return text.replace(what, (character) => escapes[character]!)
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** As libxml2 has it. */
const mostDeep = 256
const name = /[A-Za-z_:\u0080-\uffff][\w:.\u0080-\uffff-]*/y
const space = /[ \t\n]*/y
// oxlint-disable-next-line no-control-regex -- exactly those that no XML may hold
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/**
 * Reads one document and gives its root. As strict as XML is about what is well formed; knows no
 * document type and no entities but XML's own five. (A general parser took a millisecond for a domain,
 * which a fleet of 10,000 feels when it starts.)
 *
 * @throws XmlSyntaxError
 */
export function readXml(source: string): XmlElement {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
  return new Reader(text.startsWith('\ufeff') ? text.slice(1) : text).document()
}

class Reader {
  readonly #text: string
  readonly #open: XmlElement[] = []
  #root: XmlElement | null = null
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): XmlElement {
    const text = this.#text
    const bad = forbidden.exec(text)
    if (bad) this.#fail('a character that XML does not have', bad.index)
    for (;;) {
      const tag = text.indexOf('<', this.#at)
      this.#characters(tag === -1 ? text.length : tag)
      if (tag === -1) break
      const next = text[tag + 1]
      if (next === '/') this.#close()
      else if (next === '!') this.#commentOrCdata()
      else if (next === '?') this.#instruction()
      else this.#element()
    }
    const unclosed = this.#open.at(-1)
    if (unclosed) this.#fail(`<${unclosed.tagName}> is not closed`)
    return this.#root ?? this.#fail('there is no element')
  }

  /** Text up to `end`. */
  #characters(end: number): void {
    const raw = this.#text.slice(this.#at, end)
    if (raw !== '') {
      const parent = this.#open.at(-1)
      if (parent) {
        if (raw.includes(']]>')) this.#fail('“]]>” stands in a text')
        parent.content.push(this.#decoded(raw, this.#at))
      } else if (raw.trim() !== '') {
        const first = this.#at + raw.search(/\S/)
        this.#fail('text stands outside the root element', first)
      }
    }
    this.#at = end
  }

  #commentOrCdata(): void {
    const text = this.#text
    if (text.startsWith('<!--', this.#at)) {
      const end = text.indexOf('--', this.#at + 4)
      if (end === -1 || text[end + 2] !== '>') this.#fail('a comment is not closed')
      this.#at = end + 3
      return
    }
    const parent = this.#open.at(-1)
    if (!parent || !text.startsWith('<![CDATA[', this.#at))
      this.#fail('“<!” begins nothing')
    const end = text.indexOf(']]>', this.#at)
    if (end === -1) this.#fail('a CDATA section is not closed')
    parent.content.push(text.slice(this.#at + 9, end))
    this.#at = end + 3
  }

  #instruction(): void {
    const text = this.#text
    const end = text.indexOf('?>', this.#at)
    if (end === -1) this.#fail('an instruction is not closed')
    if (this.#at > 0 && /^<\?xml\s/i.test(text.slice(this.#at, this.#at + 6)))
      this.#fail('the XML declaration is not at the beginning')
    this.#at = end + 2
  }

  #close(): void {
    this.#at += 2
    const closed = this.#name()
    this.#skipSpace()
    const element = this.#open.pop()
    if (element?.tagName !== closed || this.#text[this.#at] !== '>')
      this.#fail(`</${closed}> closes nothing`)
    this.#at++
  }

  #element(): void {
    this.#at++
    const tagName = this.#name()
    const attributes = new Map<string, string>()
    for (;;) {
      const before = this.#at
      this.#skipSpace()
      const character = this.#text[this.#at]
      if (character === '>' || character === '/') break
      if (this.#at === before) this.#fail(`a space is missing in <${tagName}>`)
      this.#attribute(attributes)
    }
    const element = new XmlElement(tagName, attributes)
    const parent = this.#open.at(-1)
    if (parent) parent.content.push(element)
    else if (this.#root) this.#fail('there is a second root element')
    else this.#root = element
    if (this.#text[this.#at] === '/') {
      if (this.#text[this.#at + 1] !== '>') this.#fail(`<${tagName}> is not closed`)
      this.#at += 2
      return
    }
    this.#at++
    if (this.#open.push(element) > mostDeep) this.#fail('elements are nested too deeply')
  }

  #attribute(attributes: Map<string, string>): void {
    const text = this.#text
    const key = this.#name()
    this.#skipSpace()
    if (text[this.#at] !== '=') this.#fail(`“${key}” has no value`)
    this.#at++
    this.#skipSpace()
    const quote = text[this.#at]
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, this.#at + 1) : -1
    if (end === -1) this.#fail(`the value of “${key}” is not in quotes`)
    const raw = text.slice(this.#at + 1, end)
    if (raw.includes('<')) this.#fail(`“<” stands in the value of “${key}”`)
    if (attributes.has(key)) this.#fail(`“${key}” is there twice`)
    attributes.set(key, this.#decoded(raw.replace(/[\t\n]/g, ' '), this.#at + 1))
    this.#at = end + 1
  }

  #name(): string {
    name.lastIndex = this.#at
    const found = name.exec(this.#text)?.[0] ?? this.#fail('a name is missing')
    this.#at += found.length
    return found
  }

  #skipSpace(): void {
    space.lastIndex = this.#at
    this.#at += space.exec(this.#text)?.[0].length ?? 0
  }

  /** @param at where it stands */
  #decoded(raw: string, at: number): string {
    if (!raw.includes('&')) return raw
    return raw.replace(
      /&(?:#x([\da-f]{1,6});|#(\d{1,7});|(\w+);)?/gi,
      (whole, hex, decimal, word, offset: number) => {
        const known = word === undefined ? undefined : entities[word]
        if (known !== undefined) return known
        const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : Number.NaN
        if (!isCharacter(code)) this.#fail(`“${whole}” is no entity of XML`, at + offset)
        return String.fromCodePoint(code)
      },
    )
  }

  #fail(why: string, at = this.#at): never {
    throw new XmlSyntaxError(why, this.#text, at)
  }
}

/** Whether XML may hold a character of this number. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13
  return (
    code <= 0xd7ff ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  )
}
