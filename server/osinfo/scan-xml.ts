/** What a document says, in its order. Names and values have their entities resolved. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(name: string): void
}

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const entity = /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/**
 * Reads XML without building a tree: the OS database has 850 documents, and a tree of each
 * takes ten times as long. Knows no DTD: one is an error.
 *
 * @throws Error with the offset when the text is not well formed
 */
export function scanXml(xml: string, handler: XmlHandler): void {
  const open: string[] = []
  token.lastIndex = xml.startsWith('\uFEFF') ? 1 : 0
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex
    const found = token.exec(xml)
    if (!found) throw new Error(`not well-formed XML at offset ${at}`)
    const [, cdata, closed, opened, attributes = '', empty, text] = found
    if (text !== undefined) {
      if (open.length > 0) handler.text(unescapeXml(text))
    } else if (cdata !== undefined) handler.text(cdata)
    else if (opened !== undefined) {
      handler.open(opened, attributesOf(attributes))
      if (empty) handler.close(opened)
      else open.push(opened)
    } else if (closed !== undefined) {
      if (open.pop() !== closed)
        throw new Error(`</${closed}> at offset ${at} closes nothing`)
      handler.close(closed)
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`)
}

function attributesOf(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [, name = '', double, single] of text.matchAll(attribute)) {
    values[name] = unescapeXml(double ?? single ?? '')
  }
  return values
}

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(entity, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? ''
    const point = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD'
  })
}
