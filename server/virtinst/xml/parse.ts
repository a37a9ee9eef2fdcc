import {
  parseXml as parse,
  XmlCdata,
  XmlElement as Parsed,
  XmlText,
} from '@rgrove/parse-xml'

import { element, shape, type XmlElement } from './tree.ts'

/**
 * Reads one XML document as libvirt writes them: elements, attributes, text; comments, declarations
 * and instructions are skipped, namespace prefixes stay in the names. No entities but XML's own five.
 * Throws a SyntaxError with the position for anything else.
 */
export function parseXml(source: string): XmlElement {
  let root
  try {
    root = parse(source, { preserveCdata: true }).root
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new SyntaxError(`not XML: ${why}`, { cause })
  }
  if (!root) throw new SyntaxError('XML has no single root element')
  return treeOf(root)
}

function treeOf(parsed: Parsed): XmlElement {
  const made = element(parsed.name)
  made.present = true
  for (const [name, value] of Object.entries(parsed.attributes)) {
    made.attributes.set(name, { value, origin: shape })
  }
  for (const part of parsed.children) {
    if (part instanceof Parsed) made.children.push(treeOf(part))
    else if (part instanceof XmlText) addText(made, part)
  }
  return made
}

/** What stands between elements is only there for the eye, unless it was marked as text. */
function addText(to: XmlElement, part: XmlText): void {
  const text = part instanceof XmlCdata ? part.text : part.text.trim()
  if (text === '') return
  to.text = { value: (to.text?.value ?? '') + text, origin: shape }
}
