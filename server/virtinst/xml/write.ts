import type { Origin, ProvenanceLine, ProvenanceSegment } from '../model.ts'
import type { XmlElement } from './tree.ts'

const escapeText = (text: string) =>
  text.replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;'))

const escapeAttribute = (text: string) =>
  text.replace(/[&<>"\n\t]/g, (c) =>
    c === '&'
      ? '&amp;'
      : c === '<'
        ? '&lt;'
        : c === '>'
          ? '&gt;'
          : c === '"'
            ? '&quot;'
            : c === '\n'
              ? '&#10;'
              : '&#9;',
  )

/** The document in lines, each cut into pieces with who asked for them. */
export function writeLines(root: XmlElement): ProvenanceLine[] {
  const lines: ProvenanceLine[] = []
  write(root, 0, lines)
  return lines
}

export const textOf = (lines: readonly ProvenanceLine[]) =>
  lines
    .map(
      ({ indent, segments }) =>
        `${' '.repeat(indent)}${segments.map(({ text }) => text).join('')}\n`,
    )
    .join('')

export const writeXml = (root: XmlElement): string => textOf(writeLines(root))

function write(at: XmlElement, indent: number, lines: ProvenanceLine[]): void {
  const own = originOf(at)
  const segments: ProvenanceSegment[] = [{ text: `<${at.name}`, origin: own }]
  for (const [name, { value, origin }] of at.attributes) {
    segments.push({ text: ` ${name}="${escapeAttribute(value)}"`, origin })
  }
  lines.push({ indent, segments })
  if (at.children.length === 0 && at.text === null) {
    segments.push({ text: '/>', origin: own })
    return
  }
  segments.push({ text: '>', origin: own })
  if (at.text !== null) {
    segments.push({ text: escapeText(at.text.value), origin: at.text.origin })
  }
  if (at.children.length === 0) {
    segments.push({ text: `</${at.name}>`, origin: own })
    return
  }
  for (const child of at.children) write(child, indent + 2, lines)
  lines.push({ indent, segments: [{ text: `</${at.name}>`, origin: own }] })
}

/** An element is typed when anything in its own tag is, else what it was made as. */
function originOf(at: XmlElement): Origin {
  if (at.origin.by === 'typed') return at.origin
  for (const { origin } of at.attributes.values()) if (origin.by === 'typed') return origin
  if (at.text?.origin.by === 'typed') return at.text.origin
  for (const { origin } of at.attributes.values()) return origin
  return at.text?.origin ?? at.origin
}
