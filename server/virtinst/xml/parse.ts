import { element, shape, type XmlElement } from './tree.ts'

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

const decode = (text: string) =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
        if (name) return entities[name] ?? whole
        const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole
      })
    : text

const maximumDepth = 200

/**
 * Reads one XML document as libvirt writes them: elements, attributes, text; comments, declarations
 * and instructions are skipped, namespace prefixes stay in the names. Throws a SyntaxError with the
 * position for anything else. No external entities, no doctype, no deeper than 200 elements.
 */
export function parseXml(source: string): XmlElement {
  const top = element('')
  const open: XmlElement[] = [top]
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>|([^<]+)/gy
  let end = 0
  for (let match = token.exec(source); match; match = token.exec(source)) {
    end = token.lastIndex
    const at = open[open.length - 1]!
    const [, cdata, closed, opened, attributes, empty, text] = match
    if (opened !== undefined) {
      const made = element(opened)
      for (const [, name, double, single] of (attributes ?? '').matchAll(
        /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
      )) {
        made.attributes.set(name!, { value: decode(double ?? single ?? ''), origin: shape })
      }
      made.present = true
      at.children.push(made)
      if (!empty) open.push(made)
      if (open.length > maximumDepth) throw new SyntaxError('XML is nested too deeply')
    } else if (closed !== undefined) {
      if (open.length === 1 || at.name !== closed) {
        throw new SyntaxError(`XML: </${closed}> closes nothing at ${match.index}`)
      }
      open.pop()
    } else if (cdata !== undefined || (text !== undefined && text.trim() !== '')) {
      const value = (at.text?.value ?? '') + (cdata ?? decode(text!).trim())
      at.text = { value, origin: shape }
    }
  }
  if (end !== source.length) throw new SyntaxError(`not XML at position ${end}`)
  if (open.length > 1) throw new SyntaxError(`XML: <${open.at(-1)!.name}> is not closed`)
  if (top.children.length !== 1) throw new SyntaxError('XML has no single root element')
  return top.children[0]!
}
