/** Why an edit of a document cannot be kept. Lines and columns count from 1. */
export interface XmlEditProblem {
  code: 'notWellFormed' | 'doctype' | 'root' | 'name' | 'uuid'
  line: number
  column: number
  /** What the parser says, or what stands there. */
  words: string
}

interface Parsed {
  documentElement: { tagName: string } | null
  getElementsByTagName(name: string): ArrayLike<{ textContent: string | null }>
}
/** `DOMParser.parseFromString` of the browser, which tells errors as an element `parsererror`. */
export type ParseXml = (text: string) => Parsed

/**
 * What is wrong with an edited domain XML: not XML, with a document type (libvirt gets none), another
 * root, or another name or uuid than the form gives it.
 */
export function xmlEditProblem(
  text: string,
  built: string,
  parse: ParseXml,
): XmlEditProblem | null {
  const doctype = /<!(?!--|\[CDATA\[)/.exec(withoutOpaque(text))
  if (doctype) {
    const words = /^<!\w*/.exec(text.slice(doctype.index))?.[0] ?? '<!'
    return { code: 'doctype', words, ...placeOf(text, doctype.index) }
  }
  const parsed = parse(text)
  const error = parsed.getElementsByTagName('parsererror')[0]
  if (error) return notWellFormed(text, error.textContent ?? '')
  const root = parsed.documentElement?.tagName ?? ''
  const first = /<[\w:]/.exec(withoutOpaque(text))?.index ?? 0
  if (root !== 'domain')
    return { code: 'root', words: `<${root}>`, ...placeOf(text, first) }
  const before = parse(built)
  for (const code of ['name', 'uuid'] as const) {
    const wanted = valueOf(before, code)
    const found = valueOf(parsed, code)
    if (found === wanted) continue
    const at = withoutOpaque(text).indexOf(`<${code}>`)
    return { code, words: wanted, ...placeOf(text, Math.max(0, at)) }
  }
  return null
}

/** Where a line and column are in a text, to put the caret there. */
export function offsetOf(text: string, { line, column }: { line: number; column: number }) {
  const before = text.split('\n').slice(0, line - 1)
  const start = before.reduce((sum, one) => sum + one.length + 1, 0)
  return Math.min(text.length, start + column - 1)
}

/** Chromium and WebKit: `error on line 3 at column 5: …`; Firefox: `…\nLine Number 3, Column 5:`. */
function notWellFormed(text: string, words: string): XmlEditProblem {
  const chromium = /error on line (\d+) at column (\d+): ([^\n]*)/.exec(words)
  const firefox = /Error: ([^\n]*)[^]*?Line Number (\d+), Column (\d+)/.exec(words)
  const [line, column, said] = chromium
    ? [chromium[1], chromium[2], chromium[3]]
    : [firefox?.[2], firefox?.[3], firefox?.[1] ?? words.trim().split('\n')[0]]
  const lines = text.split('\n').length
  return {
    code: 'notWellFormed',
    line: Math.min(lines, Math.max(1, Number(line ?? 1))),
    column: Math.max(1, Number(column ?? 1)),
    words: (said ?? '').trim(),
  }
}

/** The text with comments, CDATA and instructions blanked, every character still in its place. */
function withoutOpaque(text: string): string {
  return text.replaceAll(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>/g, (part) =>
    part.replaceAll(/[^\n]/g, ' '),
  )
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function valueOf(parsed: Parsed, name: string): string {
  return parsed.getElementsByTagName(name)[0]?.textContent?.trim() ?? ''
}
